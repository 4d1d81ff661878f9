import type { Drift } from '@alloy/release';
import { Counter, type Registry } from 'prom-client';

/** What the watcher tells of itself. */
export class WatcherMetrics {
  private readonly drifts: Counter<'field'>;

  constructor(registry: Registry) {
    this.drifts = new Counter({
      name: 'alloy_drifts_total', help: 'Changes by others to what a release is carried out on, by whether they are of the number of pods or of other fields', labelNames: ['field'], registers: [registry],
    });
  }

  drifted({ fields }: Drift): void {
    this.drifts.inc({ field: fields.some(({ path }) => path === 'spec.replicas') ? 'replicas' : 'other' });
  }
}
