import { deploymentFacts, type DeploymentFact, type Ledger } from '@alloy/ledger';
import { Lease } from '@alloy/runtime';

export interface FollowerParts {
  readonly pool: Ledger['pool'];
  readonly leases: Ledger['leases'];
  /** Unique per process start. */
  readonly holder: string;
  readonly onFact: (fact: DeploymentFact) => void;
  /** Called after each run: whether this replica exposes the metrics and has read the whole log. */
  readonly onShown: (shown: boolean) => void;
  /** Monotonic clock, ms. */
  readonly now: () => number;
}

const LEASE = 'deployment-metrics';
/** Longer than the interval of runs. */
const LEASE_MS = 12_000;
const BATCH = 1_000;

/**
 * Follows the log for the release metrics. Every replica follows, so that it can take over immediately; the one with
 * the lease exposes them:
 * a sum over all replicas counts each release once.
 */
export class DeploymentFollower {
  private seq = 0;
  private readonly lease: Lease;

  constructor(private readonly parts: FollowerParts) {
    const { leases: store, holder, now } = parts;
    this.lease = new Lease({ store, name: LEASE, holder, ttlMs: LEASE_MS, now });
  }

  /** Reads new events and renews the lease; if that fails, the lease expires. */
  async run(): Promise<void> {
    try {
      await this.follow();
      await this.lease.acquire();
    } finally {
      this.parts.onShown(this.lease.state === 'held');
    }
  }

  /** Releases the lease, so that another replica exposes the metrics. */
  async release(): Promise<void> {
    this.parts.onShown(false);
    await this.lease.release();
  }

  private async follow(): Promise<void> {
    const { pool, onFact } = this.parts;
    for (let more = true; more; ) {
      const facts = await deploymentFacts(pool, this.seq, BATCH);
      for (const fact of facts) {
        onFact(fact);
        this.seq = fact.seq;
      }
      more = facts.length === BATCH;
    }
  }
}
