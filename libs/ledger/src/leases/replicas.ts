import { createHash } from 'node:crypto';
import { Lease } from '@alloy/runtime';
import type { Leases } from '../ports';

export interface ReplicasOptions {
  readonly leases: Leases;
  /** The group of replicas, for example `watcher`; part of the leases' names. */
  readonly group: string;
  /** Unique to this process. */
  readonly holder: string;
  /** Monotonic clock, ms. */
  readonly now: () => number;
}

/** A replica that renews once a second and misses its renewals for this time is replaced. */
const LEASE_MS = 4_000;

/**
 * Divides keys among the replicas of a service: each replica holds one lease, and rendezvous hashing over the held
 * leases assigns each key to one replica. A key moves when a replica starts, stops or loses its lease. Two replicas may
 * own a key concurrently while their lists of leases differ, for about a second: the work on a key must be idempotent.
 *
 * States: without a lease (owns nothing); joining (has a lease, and other replicas have leases, too: owns nothing until
 * the second renewal, when they have seen it); member.
 */
export class Replicas {
  private lease: Lease | undefined;
  private held: readonly string[] = [];
  private heldBefore: readonly string[] = [];

  constructor(private readonly options: ReplicasOptions) {}

  /** Renews this replica's lease, or acquires a free one, and reads the held leases; call it once a second. */
  async renew(): Promise<void> {
    const before = this.lease;
    this.lease = await this.acquire();
    this.heldBefore = this.lease === before ? this.held : [];
    this.held = await this.options.leases.held(this.prefix);
  }

  /** Whether this replica works on the key. False once its lease has expired by the monotonic clock. */
  owns(key: string): boolean {
    if (this.lease?.state !== 'held') return false;
    const slot = this.lease.name;
    const alone = this.held.length === 1;
    return this.ownerOf(key, this.held) === slot && (alone || this.ownerOf(key, this.heldBefore) === slot);
  }

  /** Releases the lease, so that others take over immediately. */
  async leave(): Promise<void> {
    const { lease } = this;
    this.lease = undefined;
    await lease?.release();
  }

  private get prefix(): string {
    return `replica/${this.options.group}/`;
  }

  /** Acquires the lease with the lowest free number: a process that replaces another takes over its keys. */
  private async acquire(): Promise<Lease> {
    const { leases: store, holder, now } = this.options;
    if (this.lease && (await this.lease.acquire()) !== undefined) return this.lease;
    for (let number = 0; ; number += 1) {
      const lease = new Lease({ store, name: `${this.prefix}${number}`, holder, ttlMs: LEASE_MS, now });
      if ((await lease.acquire()) !== undefined) return lease;
    }
  }

  private ownerOf(key: string, slots: readonly string[]): string | undefined {
    if (slots.length <= 1) return slots[0];
    const weights = slots.map((slot) => ({ slot, weight: weightOf(key, slot) }));
    return weights.sort((a, b) => (a.weight < b.weight ? 1 : -1))[0]?.slot;
  }
}

/** Highest random weight: Thaler and Ravishankar, "Using name-based mappings to increase hit rates" (1998). */
const weightOf = (key: string, slot: string): string => createHash('sha256').update(`${slot}\n${key}`).digest('hex');
