import type { DeploymentFact } from '@alloy/ledger';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { VersionCounts } from './version-counts';

/** Seconds; a canary of three stages takes minutes, one with approvals days. */
const BUCKETS = [10, 30, 60, 120, 300, 600, 1_200, 1_800, 3_600, 7_200, 21_600, 86_400];

/** The numbers about releases, as a fold of the log: whoever folds it shows the same, after a restart as well. */
export class DeploymentMetrics {
  private readonly versions = new VersionCounts();
  private readonly durations: Histogram;
  private readonly rollbacks: Counter;
  private readonly weights: Gauge;

  /** `isShown`: asked at each scrape; while another replica shows them, this one shows none. */
  constructor(registry: Registry, private readonly isShown: () => boolean) {
    const registers: Registry[] = [];
    const { versions } = this;
    const total = new Counter({
      name: 'deployments_total', help: 'Releases that have ended, by version, environment and how they ended', labelNames: ['version', 'environment', 'status'], registers,
      collect() {
        this.reset();
        for (const { labels, count } of versions.counts()) this.inc(labels, count);
      },
    });
    this.durations = new Histogram({ name: 'deployment_duration_seconds', help: 'From the request of a release to its end', labelNames: ['environment', 'status'], buckets: BUCKETS, registers });
    this.rollbacks = new Counter({ name: 'deployments_rollback_total', help: 'Releases that were rolled back, by the code of the reason', labelNames: ['environment', 'reason'], registers });
    this.weights = new Gauge({ name: 'canary_traffic_weight', help: 'Percent of a project\'s traffic that reaches a canary', labelNames: ['service', 'environment'], registers });
    for (const metric of [total, this.durations, this.rollbacks, this.weights]) registry.registerMetric(this.whileShown(metric));
  }

  add(fact: DeploymentFact): void {
    const { project: service, environment } = fact;
    switch (fact.kind) {
      case 'shifted':
        this.weights.set({ service, environment }, fact.weight);
        return;
      case 'ended':
        this.versions.add({ version: fact.version, environment, status: fact.status });
        this.durations.observe({ environment, status: fact.status }, fact.seconds);
        if (fact.status === 'rolledBack') this.rollbacks.inc({ environment, reason: fact.reason });
        if (hadTraffic(fact.status)) this.weights.set({ service, environment }, 0);
    }
  }

  private whileShown<M extends { get(): Promise<{ values: unknown[] }> }>(metric: M): M {
    const get = metric.get.bind(metric);
    return Object.assign(metric, { get: async () => (this.isShown() ? get() : { ...(await get()), values: [] }) });
  }
}

/** A release that never ran says nothing about the canary of the one that does. */
const hadTraffic = (status: Extract<DeploymentFact, { kind: 'ended' }>['status']): boolean => status !== 'rejected' && status !== 'superseded' && status !== 'aborted';
