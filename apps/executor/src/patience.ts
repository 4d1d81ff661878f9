/** How long each release has waited, in its present decision, for what it does not wait for without end. Counted anew after a restart. */
export class Patience {
  private readonly since = new Map<string, { readonly decision: number; readonly at: number }>();

  /** `now`: monotonic clock, ms. */
  constructor(private readonly now: () => number) {}

  /** Whether this decision has waited for so many seconds by now; the first time begins the wait. */
  isSpent(releaseId: string, decision: number, seconds: number): boolean {
    const known = this.since.get(releaseId);
    const began = known?.decision === decision ? known : { decision, at: this.now() };
    this.since.set(releaseId, began);
    return this.now() - began.at >= seconds * 1_000;
  }

  /** The decision is carried out. */
  forget(releaseId: string): void {
    this.since.delete(releaseId);
  }
}
