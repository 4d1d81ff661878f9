import type { Pool } from 'pg';
import { Loop } from '../loop';
import { giveOrder } from './give-order';
import { publishWakes } from './publish-wakes';
import type { Publisher } from './publisher';
import { refillBus } from './refill-bus';
import { acquireRelayLease, releaseRelayLease } from './relay-lease';

export interface RelayOptions {
  readonly pool: Pool;
  /** Unique to this process' life: a revived one must not pass for its successor. */
  readonly holder: string;
  readonly publisher: Publisher;
  /** Streams to wake when the bus' store was lost or set back. */
  readonly unfinished: () => Promise<readonly string[]>;
  readonly onError: (error: unknown) => void;
  /** Default 250. */
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
  private renewAt = 0;
  private refillAt = 0;
  private readonly ordering: Loop;
  private readonly publishing: Loop;
  private readonly options: Required<RelayOptions>;

  constructor(options: RelayOptions) {
    this.options = { pollMs: 250, leaseMs: 2_000, batch: 500, refillMs: 5_000, ...options };
    const { pollMs, onError } = this.options;
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
    const given = await giveOrder(pool, holder, epoch, batch);
    if (given === undefined) this.epoch = undefined;
    if (given) this.publishing.poke();
    return given === batch;
  }

  /** One round of publishing; true: a full batch, so there may be more. */
  async publish(): Promise<boolean> {
    const { pool, publisher, holder, batch } = this.options;
    const epoch = this.epoch;
    if (epoch === undefined) return false;
    try {
      await this.refill();
      return (await publishWakes(pool, publisher, holder, epoch, batch)) === batch;
    } catch (error) {
      this.refillAt = 0;
      throw error;
    }
  }

  private async lease(): Promise<number | undefined> {
    if (performance.now() < this.renewAt) return this.epoch;
    const { pool, holder, leaseMs } = this.options;
    this.renewAt = performance.now() + leaseMs / 4;
    this.epoch = await acquireRelayLease(pool, holder, leaseMs);
    return this.epoch;
  }

  private async refill(): Promise<void> {
    if (performance.now() < this.refillAt) return;
    const { pool, publisher, unfinished, refillMs } = this.options;
    await refillBus(pool, publisher, unfinished);
    this.refillAt = performance.now() + refillMs;
  }
}
