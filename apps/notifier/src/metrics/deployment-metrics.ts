import type { DeploymentFact } from '@alloy/ledger';
import { Counter, Gauge, Histogram, type Metric, type Registry } from 'prom-client';
import { VersionCounts } from './version-counts';

/** Seconds; a canary with three stages takes minutes, one with approvals days. */
const BUCKETS = [10, 30, 60, 120, 300, 600, 1_200, 1_800, 3_600, 7_200, 21_600, 86_400];

/** Release metrics as a fold of the log: equal for every replica and after a restart. */
export class DeploymentMetrics {
  private shown = false;
  private readonly versions = new VersionCounts();
  private readonly durations: Histogram;
  private readonly rollbacks: Counter;
  private readonly weights: Gauge;

  private readonly total: Counter;

  constructor(private readonly registry: Registry) {
    const registers: Registry[] = [];
    const { versions } = this;
    this.total = new Counter({
      name: 'deployments_total',
      help: 'Releases that have ended, by version, environment and final status',
      labelNames: ['version', 'environment', 'status'],
      registers,
      collect() {
        this.reset();
        for (const { labels, count } of versions.counts()) this.inc({ ...labels }, count);
      },
    });
    this.durations = new Histogram({
      name: 'deployment_duration_seconds',
      help: 'Time from the request of a release to its end',
      labelNames: ['environment', 'status'],
      buckets: BUCKETS,
      registers,
    });
    this.rollbacks = new Counter({
      name: 'deployments_rollback_total',
      help: 'Releases that were rolled back, by the code of the reason',
      labelNames: ['environment', 'reason'],
      registers,
    });
    this.weights = new Gauge({
      name: 'canary_traffic_weight',
      help: "Percent of a project's traffic that reaches a canary",
      labelNames: ['service', 'environment'],
      registers,
    });
  }

  add(fact: DeploymentFact): void {
    const { project: service, environment } = fact;
    switch (fact.kind) {
      case 'shifted':
        this.weights.set({ service, environment }, fact.weight);
        return;
      case 'ended':
        // A counter must not decrease: a stuck release stays counted as stuck, and its late rollback is counted only as
        // a rollback.
        if (fact.isFirst) this.versions.add({ version: fact.version, environment, status: fact.status });
        if (fact.isFirst) this.durations.observe({ environment, status: fact.status }, fact.seconds);
        if (fact.status === 'rolledBack') this.rollbacks.inc({ environment, reason: fact.reason });
        if (hadTraffic(fact.status)) this.weights.set({ service, environment }, 0);
    }
  }

  /** Exposes the metrics, or hides them while another replica exposes them. Idempotent. */
  show(shown: boolean): void {
    if (shown === this.shown) return;
    this.shown = shown;
    for (const metric of [this.total, this.durations, this.rollbacks, this.weights] as Array<Metric & { readonly name: string }>) {
      if (shown) this.registry.registerMetric(metric);
      else this.registry.removeSingleMetric(metric.name);
    }
  }
}

/** A release that never ran does not affect the canary weight of a running one. */
const hadTraffic = (status: Extract<DeploymentFact, { kind: 'ended' }>['status']): boolean =>
  status !== 'rejected' && status !== 'superseded' && status !== 'aborted';
