/** Counts requests of the last `windowMs`. Times are of a monotonic clock, in ms. */
export class RequestRate {
  private times: number[] = [];

  constructor(
    private readonly windowMs: number,
    private readonly since: number,
  ) {}

  count(now: number): void {
    this.times.push(now);
    if (this.times[0]! < now - 2 * this.windowMs) this.forget(now);
  }

  /** Requests per second; undefined: it has not counted for a whole window. */
  perSecond(now: number): number | undefined {
    if (now - this.since < this.windowMs) return undefined;
    this.forget(now);
    return (this.times.length * 1000) / this.windowMs;
  }

  private forget(now: number): void {
    const first = this.times.findIndex((time) => time > now - this.windowMs);
    this.times = first < 0 ? [] : this.times.slice(first);
  }
}
