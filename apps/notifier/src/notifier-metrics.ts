import type { Outbox } from '@alloy/ledger';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { DeliveryParts } from './delivery/deliver';

/** The notifier's metrics; labels contain kinds of routes, never their names. */
export function notifierMetrics(registry: Registry, outbox: Outbox): Required<Pick<DeliveryParts, 'onSent' | 'onFailure'>> {
  const sent = new Counter({
    name: 'alloy_notifications_total',
    help: 'Sent notifications, by kind of route and type',
    labelNames: ['kind', 'what'],
    registers: [registry],
  });
  const failures = new Counter({
    name: 'alloy_notification_failures_total',
    help: 'Failed attempts, by kind of route and consequence',
    labelNames: ['kind', 'verdict'],
    registers: [registry],
  });
  new Gauge({
    name: 'alloy_notification_routes_set_aside',
    help: 'Routes that are suspended or disabled; see "alert" in the log',
    registers: [registry],
    async collect() {
      // While the database is unavailable the other metrics are still exposed.
      await outbox.countTroubles().then(
        (count) => this.set(count),
        () => undefined,
      );
    },
  });
  return { onSent: (kind, what) => sent.inc({ kind, what }), onFailure: (kind, verdict) => failures.inc({ kind, verdict }) };
}
