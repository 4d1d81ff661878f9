import type { Outbox } from '@alloy/ledger';
import type { Logger } from 'pino';
import { deliver, type DeliveryParts } from './deliver';
import type { FanOut } from './fan-out';

export interface VoiceParts extends DeliveryParts {
  readonly fanOut: FanOut;
  readonly outbox: Outbox;
  readonly logger: Logger;
  /** Asks for another `run`. */
  readonly kick: () => void;
}

/** Routes that are told over at the same time. */
const AT_ONCE = 16;
/** Beyond that the sweep looks. */
const TIMER_MAX_MS = 60_000;

/** Tells everything that is to be told, each route by itself: one that stalls, fails or is away holds up no other. */
export class Voice {
  private readonly running = new Map<string, Promise<void>>();
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(private readonly parts: VoiceParts) {}

  /** Queues what is new and sets every route in motion that has something due; does not wait for them. */
  async run(): Promise<void> {
    if (this.stopped) return;
    await this.parts.fanOut.run();
    for (const route of await this.parts.outbox.dueRoutes()) if (this.running.size < AT_ONCE) this.start(route);
    await this.setTimer();
  }

  /** Resolves when what is being told is told and recorded; starts nothing more. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await Promise.all(this.running.values());
  }

  private start(route: string): void {
    if (this.stopped || this.running.has(route)) return;
    const done = deliver(route, this.parts, () => this.stopped)
      .catch((err: unknown) => this.parts.logger.error({ err, route }, 'a notification route could not be worked on; trying again'))
      .finally(() => {
        const wasFull = this.running.size >= AT_ONCE;
        this.running.delete(route);
        if (wasFull && !this.stopped) this.parts.kick();
        else void this.setTimer();
      });
    this.running.set(route, done);
  }

  /** Comes back when the next message falls due. */
  private async setTimer(): Promise<void> {
    const { outbox, kick } = this.parts;
    const ms = await outbox.nextDueInMs().catch(() => null);
    clearTimeout(this.timer);
    if (this.stopped || ms === null) return;
    this.timer = setTimeout(kick, Math.min(TIMER_MAX_MS, ms));
  }
}
