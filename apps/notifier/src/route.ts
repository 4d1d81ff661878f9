import type { OrderedEvent } from '@alloy/contracts';
import { releaseIdOf } from '@alloy/contracts';
import type { EventStore } from '@alloy/event-store';
import type { Leases, Notifications, ReleaseLog } from '@alloy/ledger';
import type { Channel } from './channels/channel';
import type { Cursor } from './cursor';
import { notificationOf, toldTypes } from './notification';

export interface RouteParts {
  readonly name: string;
  readonly channel: Channel;
  readonly cursor: Cursor;
  readonly store: Pick<EventStore, 'readOrdered'>;
  readonly log: Pick<ReleaseLog, 'load'>;
  readonly notifications: Notifications;
  readonly leases: Leases;
  /** Unique to this process' life. */
  readonly holder: string;
  readonly onTold?: (what: string) => void;
}

const BATCH = 100;
const LEASE_MS = 15_000;

/**
 * Follows the log by seq and tells over one channel, in order, each notification at least once: twice only after a kill between sending and recording.
 * A channel that fails stops its own route; the same event is tried again at the next run.
 */
export class Route {
  constructor(private readonly parts: RouteParts) {}

  /** Tells what has not been told; nothing if another replica is at it. */
  async run(): Promise<void> {
    const { leases, name, holder } = this.parts;
    const lease = `notifier:${name}`;
    try {
      while ((await leases.acquire(lease, holder, LEASE_MS)) !== undefined) if (!(await this.batch(lease))) return;
    } finally {
      await leases.release(lease, holder);
    }
  }

  /** False once nothing is left, or the lease is lost. */
  private async batch(lease: string): Promise<boolean> {
    const { store, cursor, leases, holder } = this.parts;
    const events = await store.readOrdered({ after: await cursor.read(), types: toldTypes, limit: BATCH });
    for (const event of events) {
      if ((await leases.acquire(lease, holder, LEASE_MS)) === undefined) return false;
      await this.tell(event);
      await cursor.move(event.seq);
    }
    return events.length === BATCH;
  }

  private async tell(event: OrderedEvent): Promise<void> {
    const { notifications, name, log, channel, onTold } = this.parts;
    const releaseId = releaseIdOf(event.stream);
    if (releaseId === undefined || (await notifications.isTold(event.id, name))) return;
    const notification = notificationOf(event, (await log.load(releaseId)).state);
    if (!notification) return;
    await channel.send(notification, `${event.id}/${name}`);
    await notifications.recordTold(event.id, name);
    onTold?.(notification.what);
  }
}
