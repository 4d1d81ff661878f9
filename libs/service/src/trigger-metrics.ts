import { Counter, type Registry } from 'prom-client';
import { scrapedGauge } from './scraped-gauge';

/**
 * `alloy_messages_total{outcome="done|later|left|deadLettered"}`: the outcome of each trigger; and
 * `alloy_consumer_lag`: the number of unfinished triggers, from `readLag`. Pass the result to the transport strategy.
 */
export function triggerMetrics(registry: Registry, readLag: () => Promise<number>): (outcome: string) => void {
  const counter = new Counter({
    name: 'alloy_messages_total',
    help: 'Triggers from JetStream, by their outcome',
    labelNames: ['outcome'],
    registers: [registry],
  });
  scrapedGauge(registry, 'alloy_consumer_lag', 'Published triggers that no replica of the service has finished', readLag);
  return (outcome) => counter.inc({ outcome });
}
