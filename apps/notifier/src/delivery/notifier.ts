import type { Outbox } from '@alloy/ledger';
import type { Logger } from 'pino';
import { deliver, type DeliveryParts } from './deliver';
import type { FanOut } from './fan-out';

export interface NotifierParts extends DeliveryParts {
  readonly fanOut: FanOut;
  readonly outbox: Outbox;
  readonly logger: Logger;
  /** Requests another `run`. */
  readonly kick: () => void;
}

/** Limit of routes served concurrently. */
const MAX_CONCURRENT = 16;
/** Later due times are left to the resync. */
const TIMER_MAX_MS = 60_000;

/** Queues and sends notifications. Routes are independent: one that stalls or fails does not block others. */
export class Notifier {
  private readonly running = new Map<string, Promise<void>>();
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(private readonly parts: NotifierParts) {}

  /** Queues new notifications and starts all routes with due messages, without waiting for them. */
  async run(): Promise<void> {
    if (this.stopped) return;
    await this.parts.fanOut.run();
    for (const route of await this.parts.outbox.dueRoutes()) if (this.running.size < MAX_CONCURRENT) this.start(route);
    await this.setTimer();
  }

  /** Starts no more messages; resolves when running ones are sent and recorded. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await Promise.all(this.running.values());
  }

  private start(route: string): void {
    if (this.stopped || this.running.has(route)) return;
    const done = deliver(route, this.parts, () => this.stopped)
      .catch((err: unknown) => this.parts.logger.error({ err, route }, 'could not serve a notification route; retrying'))
      .finally(() => {
        const wasFull = this.running.size >= MAX_CONCURRENT;
        this.running.delete(route);
        if (wasFull && !this.stopped) this.parts.kick();
        else void this.setTimer();
      });
    this.running.set(route, done);
  }

  /** Runs again when the next message is due. */
  private async setTimer(): Promise<void> {
    const { outbox, kick } = this.parts;
    const ms = await outbox.nextDueInMs().catch(() => null);
    clearTimeout(this.timer);
    if (this.stopped || ms === null) return;
    this.timer = setTimeout(kick, Math.min(TIMER_MAX_MS, ms));
  }
}
