import type { Drift } from '@alloy/release';
import { Counter, Gauge, type Registry } from 'prom-client';

/** The watcher's own metrics. */
export class WatcherMetrics {
  private readonly drifts: Counter<'field'>;

  /** `judged`: how many releases are analysed now. `judgeEveryMs`: how often the metrics of each are read. */
  constructor(registry: Registry, judged: () => number, judgeEveryMs: (judged: number) => number) {
    this.drifts = new Counter({
      name: 'alloy_drifts_total', help: 'Changes by others to what a release is carried out on, by whether they are of the number of pods or of other fields', labelNames: ['field'], registers: [registry],
    });
    const gauge = (name: string, help: string, value: () => number): Gauge => new Gauge({ name, help, registers: [registry], collect() { this.set(value()); } });
    gauge('alloy_analysed_releases', 'Releases whose metrics this replica reads', judged);
    gauge('alloy_analysis_interval_seconds', 'Seconds between two readings of the metrics of a release, longer if many are analysed', () => judgeEveryMs(judged()) / 1_000);
  }

  drifted({ fields }: Drift): void {
    this.drifts.inc({ field: fields.some(({ path }) => path === 'spec.replicas') ? 'replicas' : 'other' });
  }
}
