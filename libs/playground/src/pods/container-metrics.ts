const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

/** Counts what a container has answered since it started, and tells it in the Prometheus text format. */
export class ContainerMetrics {
  private readonly byCode = new Map<number, number>();
  private readonly atMost = BUCKETS.map(() => 0);
  private sum = 0;
  private count = 0;

  observe(code: number, seconds: number): void {
    this.byCode.set(code, (this.byCode.get(code) ?? 0) + 1);
    this.sum += seconds;
    this.count++;
    BUCKETS.forEach((bound, i) => {
      if (seconds <= bound) this.atMost[i]!++;
    });
  }

  /** `memory` in bytes. A counter that was never raised is 0, so that a scrape of a fresh pod tells "none" from "no metrics". */
  text(memory: number): string {
    const codes = [...new Set([200, 500, ...this.byCode.keys()])];
    return [
      '# HELP http_requests_total Requests answered, by status code.',
      '# TYPE http_requests_total counter',
      ...codes.map((code) => `http_requests_total{code="${code}"} ${this.byCode.get(code) ?? 0}`),
      '# HELP http_request_duration_seconds Time from request to answer.',
      '# TYPE http_request_duration_seconds histogram',
      ...BUCKETS.map((bound, i) => `http_request_duration_seconds_bucket{le="${bound}"} ${this.atMost[i]}`),
      `http_request_duration_seconds_bucket{le="+Inf"} ${this.count}`,
      `http_request_duration_seconds_sum ${this.sum}`,
      `http_request_duration_seconds_count ${this.count}`,
      '# HELP process_resident_memory_bytes Memory in use.',
      '# TYPE process_resident_memory_bytes gauge',
      `process_resident_memory_bytes ${Math.round(memory)}`,
      '',
    ].join('\n');
  }
}
