import { describeWrite, type Write } from '@alloy/cluster';

/** So often a write is repeated at once: others may have been quicker. */
const FREE = 4;
const LONGEST_MS = 60_000;

interface Made {
  readonly times: number;
  readonly at: number;
}

/** A write that somebody undoes again and again is made ever more seldom: two controllers do not fight over an object. */
export class WriteBudget {
  private readonly releases = new Map<string, { readonly decision: number; readonly made: Map<string, Made> }>();

  /** `now`: monotonic clock, ms. */
  constructor(private readonly now: () => number) {}

  /** Whether this decision may make the write now. */
  allows(releaseId: string, decision: number, write: Write): boolean {
    const made = this.of(releaseId, decision).get(describeWrite(write));
    return made === undefined || made.times < FREE || this.now() - made.at >= Math.min(LONGEST_MS, 1_000 * 2 ** (made.times - FREE));
  }

  /** It went through. */
  made(releaseId: string, decision: number, write: Write): void {
    const known = this.of(releaseId, decision);
    const name = describeWrite(write);
    known.set(name, { times: (known.get(name)?.times ?? 0) + 1, at: this.now() });
  }

  /** The decision is carried out. */
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
