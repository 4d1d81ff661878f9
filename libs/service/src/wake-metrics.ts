import { Counter, type Registry } from 'prom-client';
import { scrapedGauge } from './scraped-gauge';

/**
 * `alloy_messages_total{outcome="done|later|left|deadLettered"}`: what became of each wake; and `alloy_consumer_lag`: how many are not done with, by `readLag`.
 * Give the result to the transport strategy.
 */
export function wakeMetrics(registry: Registry, readLag: () => Promise<number>): (outcome: string) => void {
  const counter = new Counter({ name: 'alloy_messages_total', help: 'Wakes from JetStream, by what became of them', labelNames: ['outcome'], registers: [registry] });
  scrapedGauge(registry, 'alloy_consumer_lag', 'Wakes that are published, but not done with by any replica of the service', readLag);
  return (outcome) => counter.inc({ outcome });
}
