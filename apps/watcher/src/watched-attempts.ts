import type { Beat } from '@alloy/ledger';

/** Collects what was watched of each release until the next heartbeat records it. */
export class WatchedAttempts {
  private readonly pieces = new Map<string, { readonly decision: number; readonly ms: number; readonly at: number }>();

  /** `now`: monotonic clock, ms. */
  constructor(private readonly now: () => number) {}

  /** `ms` until now were spent watching the attempt. */
  watched(releaseId: string, decision: number, ms: number): void {
    const known = this.pieces.get(releaseId);
    this.pieces.set(releaseId, { decision, ms: ms + (known?.decision === decision ? known.ms : 0), at: this.now() });
  }

  /** What has been collected, which is then forgotten: time that Postgres did not take down does not count. */
  take(): readonly Beat[] {
    const now = this.now();
    const beats = [...this.pieces].map(([releaseId, { decision, ms, at }]) => ({ releaseId, decision, fromAgoMs: now - at + ms, toAgoMs: now - at }));
    this.pieces.clear();
    return beats;
  }
}
