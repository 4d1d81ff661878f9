import type { Pool } from 'pg';
import { Loop } from '../loop';
import { FreshWakes } from './fresh-wakes';
import { giveOrder } from './give-order';
import { publishWakes, readNextWakes, type NextWakes } from './publish-wakes';
import type { Publisher } from './publisher';
import { refillBus } from './refill-bus';
import { acquireRelayLease, releaseRelayLease, standbyHolder } from './relay-lease';

export interface RelayOptions {
  readonly pool: Pool;
  /** Unique to this process' life: a revived one must not pass for its successor. */
  readonly holder: string;
  readonly publisher: Publisher;
  /** True: leads only while no other relay does, from 5 s after the lease has expired, until a relay that is no standby acquires it. Default false. */
  readonly standby?: boolean;
  /** Streams to wake when the bus' store was lost or set back. */
  readonly unfinished: () => Promise<readonly string[]>;
  readonly onError: (error: unknown) => void;
  /** For what was committed without a poke; default 500. */
  readonly pollMs?: number;
  /** How long a dead relay's successor waits; default 2000. */
  readonly leaseMs?: number;
  /** Events per statement; default 500. */
  readonly batch?: number;
  /** How often the bus' store is looked at; default 5000, and after each failed publish. */
  readonly refillMs?: number;
}

/** Gives every committed event the next gapless seq, then wakes the followers over the bus. Any number of replicas; one works, by lease. */
export class Relay {
  private epoch: number | undefined;
  /** The one that is under way. */
  private renewal: Promise<void> | undefined;
  private renewAt = 0;
  /** Seq up to which this relay has published; undefined: it must look. */
  private published: number | undefined;
  private readonly fresh: FreshWakes;
  /** 0: the bus' store must be looked at before anything is published. */
  private refillAt = 0;
  private readonly ordering: Loop;
  private readonly publishing: Loop;
  private readonly options: Required<RelayOptions>;

  constructor(options: RelayOptions) {
    this.options = { pollMs: 500, leaseMs: 2_000, batch: 500, refillMs: 5_000, standby: false, ...options, holder: options.standby ? standbyHolder(options.holder) : options.holder };
    const { pollMs, onError, batch } = this.options;
    this.fresh = new FreshWakes(batch);
    this.ordering = new Loop({ round: () => this.order(), pollMs, onError });
    this.publishing = new Loop({ round: () => this.publish(), pollMs, onError });
  }

  /** Idempotent. */
  start(): void {
    this.ordering.start();
    this.publishing.start();
  }

  /** Something was committed. */
  poke(): void {
    this.ordering.poke();
  }

  /** Ends the present batches and hands over. */
  async stop(): Promise<void> {
    await Promise.all([this.ordering.stop(), this.publishing.stop()]);
    await this.renewal;
    this.epoch = undefined;
    await releaseRelayLease(this.options.pool, this.options.holder);
  }

  /** The lease's epoch while this replica is the relay, else undefined. */
  get leading(): number | undefined {
    return this.epoch;
  }

  /** One round of ordering; true: a full batch, so there may be more. */
  async order(): Promise<boolean> {
    const { pool, holder, batch } = this.options;
    const epoch = await this.lease();
    if (epoch === undefined) return false;
    const wakes = await giveOrder(pool, holder, epoch, batch);
    if (wakes === undefined) {
      this.epoch = undefined;
      return false;
    }
    if (wakes.length > 0) {
      this.fresh.add(wakes);
      this.publishing.poke();
    }
    return wakes.length === batch;
  }

  /** One round of publishing; true: a full batch, so there may be more. */
  async publish(): Promise<boolean> {
    const { pool, publisher, holder, batch } = this.options;
    const epoch = this.epoch;
    if (epoch === undefined) return false;
    try {
      // What is published to a bus in doubt might hide that it was set back.
      if (this.refillAt === 0) await this.refill();
      const next = await this.next();
      if (next) this.published = await publishWakes(pool, publisher, holder, epoch, next);
      await this.refill();
      return next?.wakes.length === batch;
    } catch (error) {
      this.published = undefined;
      this.refillAt = 0;
      throw error;
    }
  }

  private async next(): Promise<NextWakes | undefined> {
    const wakes = this.published === undefined ? undefined : this.fresh.takeAfter(this.published);
    return wakes ? { after: this.published!, wakes } : readNextWakes(this.options.pool, this.options.batch);
  }

  /** A renewal keeps no order waiting: whether the lease is still held is checked with each of them. One that fails is made up for by the next round, which waits. */
  private async lease(): Promise<number | undefined> {
    if (performance.now() < this.renewAt) return this.epoch;
    this.renewAt = performance.now() + this.options.leaseMs / 4;
    if (this.epoch === undefined) await this.renew();
    else this.renewal ??= this.renew().catch(() => this.forgetLease()).finally(() => (this.renewal = undefined));
    return this.epoch;
  }

  private async renew(): Promise<void> {
    const { pool, holder, leaseMs } = this.options;
    this.epoch = await acquireRelayLease(pool, holder, leaseMs);
  }

  private forgetLease(): void {
    this.epoch = undefined;
    this.renewAt = 0;
  }

  private async refill(): Promise<void> {
    if (performance.now() < this.refillAt) return;
    const { pool, publisher, unfinished, refillMs } = this.options;
    await refillBus(pool, publisher, unfinished);
    this.refillAt = performance.now() + refillMs;
  }
}
