import { Counter, Histogram, type Registry } from 'prom-client';

/** What the executor did to the cluster, and what it told. */
export class ExecutorMetrics {
  private readonly writes: Counter;
  private readonly applySeconds: Histogram;
  private readonly outcomes: Counter;
  private readonly failures: Counter;

  constructor(registry: Registry) {
    const registers = [registry];
    this.writes = new Counter({ name: 'alloy_cluster_writes_total', help: 'Writes to the cluster, by verb and by whether the live object had moved on', labelNames: ['verb', 'outcome'], registers });
    this.applySeconds = new Histogram({
      name: 'alloy_apply_seconds', help: 'A write to the cluster, until the API server has answered', labelNames: ['verb'], buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30], registers,
    });
    this.outcomes = new Counter({ name: 'alloy_outcomes_total', help: 'Outcomes appended, by type', labelNames: ['type'], registers });
    this.failures = new Counter({ name: 'alloy_executor_failures_total', help: 'Goes at a release that ended in an error and will be tried again', registers });
  }

  wrote(verb: string, outcome: string, seconds: number): void {
    this.writes.inc({ verb, outcome });
    this.applySeconds.observe({ verb }, seconds);
  }

  told(type: string): void {
    this.outcomes.inc({ type });
  }

  failed(): void {
    this.failures.inc();
  }
}
