import { deploymentFacts, type DeploymentFact, type Ledger } from '@alloy/ledger';

export interface FollowerParts {
  readonly pool: Ledger['pool'];
  readonly leases: Ledger['leases'];
  /** Unique to this process' life. */
  readonly holder: string;
  readonly onFact: (fact: DeploymentFact) => void;
  /** Whether this replica is the one that shows the metrics, and has read the whole log; told after each run. */
  readonly onShown: (shown: boolean) => void;
  /** Monotonic clock, ms. */
  readonly now: () => number;
}

const LEASE = 'deployment-metrics';
/** Longer than a sweep takes to come again. */
const LEASE_MS = 12_000;
const BATCH = 1_000;

/**
 * Follows the log for the metrics about releases. Every replica follows, so that it can take over at once; the one with the lease shows them:
 * a sum over all replicas counts each release once.
 */
export class DeploymentFollower {
  private seq = 0;
  private shownUntil = -Infinity;

  constructor(private readonly parts: FollowerParts) {}

  /** Reads what is new, and renews the lease; if it can't, the lease runs out. */
  async run(): Promise<void> {
    const { now, onShown } = this.parts;
    try {
      await this.follow();
      await this.renew();
    } finally {
      onShown(now() < this.shownUntil);
    }
  }

  /** Lets another replica show them at once. */
  async release(): Promise<void> {
    this.parts.onShown(false);
    await this.parts.leases.release(LEASE, this.parts.holder);
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

  private async renew(): Promise<void> {
    const { leases, holder, now } = this.parts;
    const asked = now();
    this.shownUntil = (await leases.acquire(LEASE, holder, LEASE_MS)) === undefined ? -Infinity : asked + LEASE_MS;
  }
}
