import { describeWrite, type Write } from '@alloy/cluster';
import { backOffMs } from '@alloy/runtime';

/** Number of repetitions without a delay: another client may have changed the object just before the write. */
const FREE = 4;
const BACK_OFF = { firstMs: 1_000, mostMs: 60_000 };

interface Made {
  readonly times: number;
  readonly at: number;
}

/**
 * Limits a write that another client keeps undoing: the executor repeats it less and less often, so that two
 * controllers do not fight over an object.
 */
export class WriteBudget {
  private readonly releases = new Map<string, { readonly decision: number; readonly made: Map<string, Made> }>();

  /** `now`: monotonic clock, ms. */
  constructor(private readonly now: () => number) {}

  /** Whether the executor may make the write for this decision now. */
  allows(releaseId: string, decision: number, write: Write): boolean {
    const made = this.of(releaseId, decision).get(describeWrite(write));
    if (made === undefined || made.times < FREE) return true;
    return this.now() - made.at >= backOffMs(BACK_OFF, made.times - FREE + 1);
  }

  /** Counts a write that has succeeded. */
  made(releaseId: string, decision: number, write: Write): void {
    const known = this.of(releaseId, decision);
    const name = describeWrite(write);
    known.set(name, { times: (known.get(name)?.times ?? 0) + 1, at: this.now() });
  }

  /** Forgets the writes of the release, because the executor has carried out the decision. Idempotent. */
  forget(releaseId: string): void {
    this.releases.delete(releaseId);
  }

  private of(releaseId: string, decision: number): Map<string, Made> {
    const known = this.releases.get(releaseId);
    if (known?.decision === decision) return known.made;
    const made = new Map<string, Made>();
    this.releases.set(releaseId, { decision, made });
    return made;
  }
}
