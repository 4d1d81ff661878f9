import { Counter, type Registry } from 'prom-client';

/** Counts what became of each wake: `alloy_messages_total{outcome="done|later|setAside"}`; give the result to the transport strategy. Idempotent per registry. */
export function countSettlements(registry: Registry): (outcome: string) => void {
  const name = 'alloy_messages_total';
  const known = registry.getSingleMetric(name) as Counter | undefined;
  const counter = known ?? new Counter({ name, help: 'Wakes from JetStream, by what became of them', labelNames: ['outcome'], registers: [registry] });
  return (outcome) => counter.inc({ outcome });
}
