import { trafficDriftKey } from '@alloy/cluster';
import type { TrafficDrift } from '@alloy/release';

/** The watches report Alloy's own writes a moment later than the log. */
const LEAST_MS = 1_000;
/** A controller may report a problem for a moment while it learns of a route. */
const REPORTED_MS = 10_000;

const leastMs = ({ cause }: TrafficDrift): number => (cause === 'rejected' || cause === 'reported' ? REPORTED_MS : LEAST_MS);

/** Distinguishes what has been wrong for long enough from what may only seem so. */
export class LastingDrifts {
  private since = new Map<string, number>();

  /** `monotonic`: a clock in ms. */
  constructor(private readonly monotonic: () => number) {}

  /** Whether anything was wrong when `lasting` was last called. */
  get isSuspicious(): boolean {
    return this.since.size > 0;
  }

  /** Suspects nothing until the next call of `lasting`, because nothing can be confirmed. */
  forget(): void {
    this.since = new Map();
  }

  /** Takes what the watches show now; returns what they have shown for long enough. */
  lasting(found: readonly TrafficDrift[]): readonly TrafficDrift[] {
    const now = this.monotonic();
    this.since = new Map(found.map(trafficDriftKey).map((key) => [key, this.since.get(key) ?? now]));
    return found.filter((drift) => now - this.since.get(trafficDriftKey(drift))! >= leastMs(drift));
  }
}
