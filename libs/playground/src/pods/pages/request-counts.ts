export const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

/** Requests that one process has answered since its start. */
export class RequestCounts {
  readonly byCode = new Map<number, number>();
  readonly atMost = BUCKETS.map(() => 0);
  sum = 0;
  count = 0;

  /** `startedAt`: seconds since 1970. */
  constructor(readonly startedAt: number) {}

  observe(code: number, seconds: number): void {
    this.byCode.set(code, (this.byCode.get(code) ?? 0) + 1);
    this.sum += seconds;
    this.count++;
    BUCKETS.forEach((bound, i) => {
      if (seconds <= bound) this.atMost[i]!++;
    });
  }
}
