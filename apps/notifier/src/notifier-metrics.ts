import type { Outbox } from '@alloy/ledger';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { DeliveryParts } from './delivery/deliver';

/** What the notifier counts; labels are kinds of routes, never their names. */
export function notifierMetrics(registry: Registry, outbox: Outbox): Required<Pick<DeliveryParts, 'onTold' | 'onFailure'>> {
  const told = new Counter({ name: 'alloy_notifications_total', help: 'Notifications told, by kind of route and what they say', labelNames: ['kind', 'what'], registers: [registry] });
  const failures = new Counter({ name: 'alloy_notification_failures_total', help: 'Tries that failed, by kind of route and what follows from it', labelNames: ['kind', 'verdict'], registers: [registry] });
  new Gauge({
    name: 'alloy_notification_routes_set_aside', help: 'Routes that fail or are off; look for "alert" in the log', registers: [registry],
    async collect() {
      // Without its database the notifier still shows its other metrics.
      await outbox.countTroubles().then((count) => this.set(count), () => undefined);
    },
  });
  return { onTold: (kind, what) => told.inc({ kind, what }), onFailure: (kind, verdict) => failures.inc({ kind, verdict }) };
}
