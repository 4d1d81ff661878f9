import { accessRefusal } from '@alloy/cluster';
import type { Current, EventOf } from '@alloy/release';

/** A cluster that was not reached for less than that may only have been restarted. */
const PATIENCE_MS = 10_000;

/** Remembers since when looks at one release's pods fail, and says so once it has lasted. */
export class AccessWatch {
  private since: number | undefined;

  /** `monotonic`: a clock in ms. */
  constructor(private readonly monotonic: () => number) {}

  /** A look got through. */
  through(): void {
    this.since = undefined;
  }

  /** What is to be told of a look that failed; undefined: nothing, or nothing new. */
  failed(current: Current | null, error: unknown): EventOf<'ClusterAccessFailed'> | undefined {
    const refusal = accessRefusal(error, 'watcher');
    if (!refusal) return undefined;
    this.since ??= this.monotonic();
    if (!current || current.access?.refusal.code === refusal.code || this.monotonic() - this.since < PATIENCE_MS) return undefined;
    return { type: 'ClusterAccessFailed', data: { decision: current.ref.decision, refusal } };
  }
}
