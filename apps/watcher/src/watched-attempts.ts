import type { Beat } from '@alloy/ledger';

/** Collects the watched time of each release until the next heartbeat records it. */
export class WatchedAttempts {
  private readonly collected = new Map<string, { readonly decision: number; readonly ms: number; readonly at: number }>();

  /** `now`: monotonic clock, ms. */
  constructor(private readonly now: () => number) {}

  /** Adds the last `ms` to the watched time of the attempt. */
  watched(releaseId: string, decision: number, ms: number): void {
    const known = this.collected.get(releaseId);
    this.collected.set(releaseId, { decision, ms: ms + (known?.decision === decision ? known.ms : 0), at: this.now() });
  }

  /** Returns and forgets the collected time: time that Postgres does not store does not count. */
  take(): readonly Beat[] {
    const now = this.now();
    const beats = [...this.collected].map(([releaseId, { decision, ms, at }]) =>
      ({ releaseId, decision, fromAgoMs: now - at + ms, toAgoMs: now - at }));
    this.collected.clear();
    return beats;
  }
}
