import { notifyingTypes } from '@alloy/catalogue';
import { crashPoint, releaseIdOf, type OrderedEvent } from '@alloy/contracts';
import type { EventStore } from '@alloy/event-store';
import type { Leases, Outbox, PolicyBook, ReleaseLog, Waiting } from '@alloy/ledger';
import { Lease } from '@alloy/runtime';
import type { Channels } from '../channels/channel';
import { notificationOf } from '../notification';
import { routeKey, wants } from './routes';

export interface FanOutParts {
  readonly store: Pick<EventStore, 'readOrdered'>;
  readonly log: Pick<ReleaseLog, 'load'>;
  readonly policies: PolicyBook;
  readonly outbox: Outbox;
  readonly leases: Leases;
  readonly channels: Channels;
  /** Unique per process start. */
  readonly holder: string;
  /** Monotonic clock, ms. */
  readonly now: () => number;
  /** Whether each notification is also logged. */
  readonly logged: boolean;
  readonly publicUrl?: string;
}

/** Key of the notifier's own log as a route. */
export const LOG_ROUTE = 'log';
const LEASE = 'notifier';
const LEASE_MS = 15_000;
const BATCH = 100;

/** Follows the log by seq and queues each notification for every route that selects it. */
export class FanOut {
  private readonly lease: Lease;

  constructor(private readonly parts: FanOutParts) {
    const { leases: store, holder, now } = parts;
    this.lease = new Lease({ store, name: LEASE, holder, ttlMs: LEASE_MS, now });
  }

  /** Queues new notifications; does nothing while another replica does it. */
  async run(): Promise<void> {
    await this.lease.whileHeld(() => this.batch());
  }

  /** False once there are no more events. */
  private async batch(): Promise<boolean> {
    const { store, outbox } = this.parts;
    const events = await store.readOrdered({ after: await outbox.queuedUpTo(), types: notifyingTypes, limit: BATCH });
    const last = events.at(-1);
    if (!last) return false;
    const messages = await Promise.all(events.map((event) => this.messagesOf(event)));
    await outbox.queue(messages.flat(), last.seq);
    if (messages.flat().length > 0) crashPoint('notifier.after-queue');
    return events.length === BATCH;
  }

  private async messagesOf(event: OrderedEvent): Promise<ReadonlyArray<Omit<Waiting, 'attempts'>>> {
    const { policies, log, channels, logged, publicUrl } = this.parts;
    const releaseId = releaseIdOf(event.stream);
    if (releaseId === undefined) return [];
    const { project, environment } = event;
    const routes = (await policies.find(project, environment))?.policy.notify ?? [];
    if (routes.length === 0 && !logged) return [];
    const notification = notificationOf(event, (await log.load(releaseId)).state, publicUrl);
    if (!notification) return [];
    const keys = routes.filter((route) => wants(route, notification, channels)).map(({ name }) => routeKey({ project, environment, name }));
    return [...(logged ? [LOG_ROUTE] : []), ...keys].map((route) => ({ route, seq: event.seq, eventId: event.id, message: notification }));
  }
}
