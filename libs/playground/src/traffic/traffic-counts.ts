import { RELEASE_LABEL, TRACK_LABEL } from '@alloy/contracts';
import type { Pod } from '../kinds';

export interface Count {
  readonly requests: number;
  /** 5xx answers and connections that broke. */
  readonly failed: number;
}
export interface Failure {
  readonly at: string;
  readonly service: string;
  readonly pod: string;
  readonly track: string;
  readonly release: string;
  /** `500`, or the connection error. */
  readonly why: string;
}
export interface TrafficReport extends Count {
  /** ISO time of the start or the last reset. */
  readonly since: string;
  readonly inFlight: number;
  /** By the pod's label `alloy.dev/track`; `none` without the label, or without a ready endpoint. */
  readonly tracks: Readonly<Record<string, Count>>;
  readonly services: ReadonlyArray<Count & { readonly service: string; readonly track: string; readonly release: string }>;
  /** The latest 50. */
  readonly failures: readonly Failure[];
}

const FAILURES_KEPT = 50;
const NONE = 'none';

/** Counts answers and failures by track and pod. */
export class TrafficCounts {
  private readonly counts = new Map<string, { service: string; track: string; release: string; requests: number; failed: number }>();
  private failures: Failure[] = [];
  private since: string;

  constructor(private readonly clock: () => Date) {
    this.since = clock().toISOString();
  }

  /** `why`: absent for a successful answer. */
  record(service: string, pod: Pod | undefined, why?: string): void {
    const track = pod?.metadata.labels?.[TRACK_LABEL] ?? NONE;
    const release = pod?.metadata.labels?.[RELEASE_LABEL] ?? NONE;
    const key = `${service} ${track} ${release}`;
    const count = this.counts.get(key) ?? { service, track, release, requests: 0, failed: 0 };
    this.counts.set(key, { ...count, requests: count.requests + 1, failed: count.failed + (why === undefined ? 0 : 1) });
    if (why === undefined) return;
    this.failures.push({ at: this.clock().toISOString(), service, pod: pod?.metadata.name ?? NONE, track, release, why });
    this.failures = this.failures.slice(-FAILURES_KEPT);
  }

  report(inFlight: number): TrafficReport {
    const services = [...this.counts.values()];
    const tracks: Record<string, Count> = {};
    for (const { track, ...count } of services) tracks[track] = add(tracks[track], count);
    return {
      since: this.since,
      inFlight,
      ...services.reduce<Count>(add, { requests: 0, failed: 0 }),
      tracks,
      services,
      failures: this.failures,
    };
  }

  reset(): void {
    this.counts.clear();
    this.failures = [];
    this.since = this.clock().toISOString();
  }
}

const add = (a: Count = { requests: 0, failed: 0 }, b: Count): Count => ({
  requests: a.requests + b.requests,
  failed: a.failed + b.failed,
});
