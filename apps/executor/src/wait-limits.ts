interface Wait {
  readonly decision: number;
  readonly since: number;
}

/**
 * How long each release has waited within its current decision, for waits that have a limit. A restart resets the time.
 */
export class WaitLimits {
  private readonly waits = new Map<string, Wait>();

  /** `now`: monotonic clock, ms. */
  constructor(private readonly now: () => number) {}

  /** Whether this decision has waited for `seconds`. The first call for a decision starts its wait. */
  isExceeded(releaseId: string, decision: number, seconds: number): boolean {
    const known = this.waits.get(releaseId);
    const wait = known?.decision === decision ? known : { decision, since: this.now() };
    this.waits.set(releaseId, wait);
    return this.now() - wait.since >= seconds * 1_000;
  }

  /** Ends the wait, because the executor has carried out the decision. Idempotent. */
  forget(releaseId: string): void {
    this.waits.delete(releaseId);
  }
}
