import { crashPoint } from '@alloy/contracts';
import { Lease, Loop } from '@alloy/runtime';
import type { Pool } from 'pg';
import { FreshTriggers } from './fresh-triggers';
import { giveOrder } from './give-order';
import { publishTriggers, readNextTriggers, type NextTriggers } from './publish-triggers';
import type { Publisher } from './publisher';
import { refillBus } from './refill-bus';
import { RELAY_LEASE, relayLeases, standbyHolder } from './relay-lease';

export interface RelayOptions {
  readonly pool: Pool;
  /** Unique per process: a resumed process must not be mistaken for its successor. */
  readonly holder: string;
  readonly publisher: Publisher;
  /**
   * True: leads only while no other relay does, from 5 s after the lease has expired, until a relay that is no standby
   * acquires it. Default false.
   */
  readonly standby?: boolean;
  /** The streams that get a trigger if the bus' store was lost or reset. */
  readonly unfinished: () => Promise<readonly string[]>;
  readonly onError: (error: unknown) => void;
  /** Polling interval for commits without a commit notification; default 500. */
  readonly pollMs?: number;
  /** How long the successor of a dead relay waits; default 2000. */
  readonly leaseMs?: number;
  /** Events per statement; default 500. */
  readonly batch?: number;
  /** How often the bus' store is checked; default 5000, and after each failed publish. */
  readonly refillMs?: number;
}

/**
 * Assigns the next gapless seq to every committed event, then triggers the followers over the bus. Any number of
 * replicas; the holder of the lease works.
 */
export class Relay {
  /** A renewal does not delay the order, because each order checks in its transaction that the lease is still held. */
  private readonly lease: Lease;
  /** Last seq that this relay has published; undefined: it must read it. */
  private published: number | undefined;
  private readonly fresh: FreshTriggers;
  /** 0: the bus' store must be checked before the next publish. */
  private refillAt = 0;
  private readonly ordering: Loop;
  private readonly publishing: Loop;
  private readonly options: Required<RelayOptions>;

  constructor(options: RelayOptions) {
    this.options = {
      pollMs: 500, leaseMs: 2_000, batch: 500, refillMs: 5_000, standby: false, ...options,
      holder: options.standby ? standbyHolder(options.holder) : options.holder,
    };
    const { pool, holder, leaseMs, pollMs, onError, batch } = this.options;
    const now = (): number => performance.now();
    this.lease = new Lease({ store: relayLeases(pool), name: RELAY_LEASE, holder, ttlMs: leaseMs, now });
    this.fresh = new FreshTriggers(batch);
    this.ordering = new Loop({ step: () => this.order(), intervalMs: pollMs, onError });
    this.publishing = new Loop({ step: () => this.publish(), intervalMs: pollMs, onError });
  }

  /** Idempotent. */
  start(): void {
    this.ordering.start();
    this.publishing.start();
  }

  /** New events were committed. */
  trigger(): void {
    this.ordering.trigger();
  }

  /** Finishes the current batches and releases the lease. */
  async stop(): Promise<void> {
    await Promise.all([this.ordering.stop(), this.publishing.stop()]);
    await this.lease.release();
  }

  /** The lease's epoch while this replica is the relay, else undefined. */
  get leading(): number | undefined {
    return this.lease.epoch;
  }

  /** One round of ordering; true: a full batch, so there may be more. */
  async order(): Promise<boolean> {
    const { pool, holder, batch } = this.options;
    const epoch = await this.lease.current();
    if (epoch === undefined) return false;
    const triggers = await giveOrder(pool, holder, epoch, batch);
    if (triggers === undefined) {
      this.lease.lose();
      return false;
    }
    if (triggers.length > 0) {
      crashPoint('relay.after-order');
      this.fresh.add(triggers);
      this.publishing.trigger();
    }
    return triggers.length === batch;
  }

  /** One round of publishing; true: a full batch, so there may be more. */
  async publish(): Promise<boolean> {
    const { pool, publisher, holder, batch } = this.options;
    const { epoch } = this.lease;
    if (epoch === undefined) return false;
    try {
      // A publish to a reset bus could hide that the bus was reset.
      if (this.refillAt === 0) await this.refill();
      const next = await this.next();
      if (next) this.published = await publishTriggers(pool, publisher, holder, epoch, next);
      await this.refill();
      return next?.triggers.length === batch;
    } catch (error) {
      this.published = undefined;
      this.refillAt = 0;
      throw error;
    }
  }

  private async next(): Promise<NextTriggers | undefined> {
    const triggers = this.published === undefined ? undefined : this.fresh.takeAfter(this.published);
    return triggers ? { after: this.published!, triggers } : readNextTriggers(this.options.pool, this.options.batch);
  }

  private async refill(): Promise<void> {
    if (performance.now() < this.refillAt) return;
    const { pool, publisher, unfinished, refillMs } = this.options;
    await refillBus(pool, publisher, unfinished);
    this.refillAt = performance.now() + refillMs;
  }
}
