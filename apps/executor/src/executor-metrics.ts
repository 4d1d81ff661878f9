import { Counter, Histogram, type Registry } from 'prom-client';

const SECONDS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30];

/** Counts the writes of the executor, the outcomes that it appended, and its failures. */
export class ExecutorMetrics {
  private readonly writes: Counter;
  private readonly applySeconds: Histogram;
  private readonly outcomes: Counter;
  private readonly failures: Counter;

  constructor(registry: Registry) {
    const registers = [registry];
    const counter = (name: string, help: string, labelNames: readonly string[] = []): Counter =>
      new Counter({ name, help, labelNames, registers });
    this.writes = counter(
      'alloy_cluster_writes_total',
      'Writes to the cluster, by verb and by whether the live object had changed meanwhile', ['verb', 'outcome'],
    );
    this.applySeconds = new Histogram({
      name: 'alloy_apply_seconds', help: 'Duration of a write to the cluster, until the API server has answered',
      labelNames: ['verb'], buckets: SECONDS, registers,
    });
    this.outcomes = counter('alloy_outcomes_total', 'Outcomes appended, by type', ['type']);
    this.failures = counter('alloy_executor_failures_total', 'Attempts to work on a release that ended in an error and are retried');
  }

  wrote(verb: string, outcome: string, seconds: number): void {
    this.writes.inc({ verb, outcome });
    this.applySeconds.observe({ verb }, seconds);
  }

  appended(type: string): void {
    this.outcomes.inc({ type });
  }

  failed(): void {
    this.failures.inc();
  }
}
