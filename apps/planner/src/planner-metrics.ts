import { relayLag } from '@alloy/event-store';
import type { Ledger } from '@alloy/ledger';
import { scrapedGauge } from '@alloy/service';
import { Counter, Histogram, type Registry } from 'prom-client';

/** Metrics of the planner's decisions and of the relay's lag. */
export class PlannerMetrics {
  private readonly decisions: Counter;
  private readonly conflicts: Counter;
  private readonly decideSeconds: Histogram;

  constructor(registry: Registry, pool: Ledger['pool']) {
    const registers = [registry];
    this.decisions = new Counter({ name: 'alloy_decisions_total', help: 'Decisions appended, by type', labelNames: ['type'], registers });
    this.conflicts = new Counter({
      name: 'alloy_decision_conflicts_total',
      help: 'Appends refused because of a concurrent append',
      registers,
    });
    this.decideSeconds = new Histogram({
      name: 'alloy_decide_seconds',
      help: 'Time from loading a release until its decisions are appended',
      buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
      registers,
    });
    scrapedGauge(registry, 'alloy_relay_lag', 'Committed events whose trigger is not published yet', async () => {
      const { unordered, unpublished } = await relayLag(pool);
      return unordered + unpublished;
    });
    scrapedGauge(
      registry,
      'alloy_relay_lag_seconds',
      'Age of the oldest event without a position in the order',
      async () => (await relayLag(pool)).oldestMs / 1_000,
    );
  }

  decided(types: readonly string[], seconds: number): void {
    for (const type of types) this.decisions.inc({ type });
    this.decideSeconds.observe(seconds);
  }

  conflicted(): void {
    this.conflicts.inc();
  }
}
