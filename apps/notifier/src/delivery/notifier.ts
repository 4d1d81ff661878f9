import type { Outbox } from '@alloy/ledger';
import { KeyedQueue } from '@alloy/runtime';
import type { Logger } from 'pino';
import { deliver, type DeliveryParts } from './deliver';
import type { FanOut } from './fan-out';

export interface NotifierParts extends DeliveryParts {
  readonly fanOut: FanOut;
  readonly outbox: Outbox;
  readonly logger: Logger;
  /** Requests another `run` after so many ms, instead of an earlier request; Infinity: none. */
  readonly runIn: (ms: number) => void;
}

/** Key of the only entry of its queue. */
const TIMER = 'timer';
/** Limit of routes served concurrently. */
const MAX_CONCURRENT = 16;

/** Queues and sends notifications. Routes are independent: one that stalls or fails does not block others. */
export class Notifier {
  private readonly routes = new KeyedQueue((route) => this.serve(route), { parallel: MAX_CONCURRENT });
  private readonly timerReads = new KeyedQueue(() => this.readTimer());
  private stopped = false;

  constructor(private readonly parts: NotifierParts) {}

  /** Queues new notifications and starts all routes with due messages, without waiting for them. */
  async run(): Promise<void> {
    if (this.stopped) return;
    await this.parts.fanOut.run();
    // Also a route that is being served, which may have read its queue before the new message.
    for (const route of await this.parts.outbox.dueRoutes()) void this.routes.add(route);
    await this.setTimer();
  }

  /** Starts no more messages; resolves when running ones are sent and recorded. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.routes.stop();
    await this.timerReads.idle();
  }

  /** Never rejects. */
  private async serve(route: string): Promise<void> {
    try {
      await deliver(route, this.parts, () => this.stopped);
    } catch (err) {
      this.parts.logger.error({ err, route }, 'could not serve a notification route; retrying');
    }
    void this.setTimer();
  }

  /** Runs again when the next message is due; calls during a read share the next one, so that the last read counts. */
  private async setTimer(): Promise<void> {
    if (!this.stopped) await this.timerReads.add(TIMER);
  }

  /** Keeps the timer if the read fails. */
  private async readTimer(): Promise<void> {
    const { outbox, runIn, logger } = this.parts;
    try {
      const ms = await outbox.nextDueInMs();
      if (!this.stopped) runIn(ms ?? Infinity);
    } catch (err) {
      logger.warn({ err }, 'could not read when the next notification is due; the resync sends it instead');
    }
  }
}
