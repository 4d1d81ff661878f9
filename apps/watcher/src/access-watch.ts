import { accessRefusal } from '@alloy/cluster';
import type { Current, EventOf } from '@alloy/release';

/** An API server that is unreachable for less than this time may only have restarted. */
const REPORT_AFTER_MS = 10_000;

/** Remembers since when the observations of one release fail, and reports a failure that lasts. */
export class AccessWatch {
  private since: number | undefined;

  /** `monotonic`: a clock in ms. */
  constructor(private readonly monotonic: () => number) {}

  /** Ends the failure, because the watcher had access to the cluster. Idempotent. */
  succeeded(): void {
    this.since = undefined;
  }

  /** The event to append after a failed observation; undefined: none, or the log contains it already. */
  failed(current: Current | null, error: unknown): EventOf<'ClusterAccessFailed'> | undefined {
    const refusal = accessRefusal(error, 'watcher');
    if (!refusal) return undefined;
    this.since ??= this.monotonic();
    if (!current || current.access?.refusal.code === refusal.code || this.monotonic() - this.since < REPORT_AFTER_MS) return undefined;
    return { type: 'ClusterAccessFailed', data: { decision: current.ref.decision, refusal } };
  }
}
