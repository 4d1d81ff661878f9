import type { Drift } from '@alloy/release';
import { Counter, Gauge, type Registry } from 'prom-client';

/** Metrics of the watcher. */
export class WatcherMetrics {
  private readonly drifts: Counter<'field'>;

  /**
   * `judged`: number of releases that are analysed now. `judgeEveryMs`: interval between two readings of the metrics of
   * each.
   */
  constructor(registry: Registry, judged: () => number, judgeEveryMs: (judged: number) => number) {
    this.drifts = new Counter({
      name: 'alloy_drifts_total',
      help: 'Changes by other clients to the objects of a release: of the number of pods (replicas) or of another field (other)',
      labelNames: ['field'],
      registers: [registry],
    });
    const gauge = (name: string, help: string, value: () => number): Gauge =>
      new Gauge({ name, help, registers: [registry], collect() { this.set(value()); } });
    gauge('alloy_analysed_releases', 'Releases whose metrics this replica reads', judged);
    const help = 'Seconds between two readings of the metrics of a release, longer if many are analysed';
    gauge('alloy_analysis_interval_seconds', help, () => judgeEveryMs(judged()) / 1_000);
  }

  drifted({ fields }: Drift): void {
    this.drifts.inc({ field: fields.some(({ path }) => path === 'spec.replicas') ? 'replicas' : 'other' });
  }
}
