/** `inconclusive` holds the step until its deadline; no data is never a pass. */
export type Verdict = 'pass' | 'fail' | 'inconclusive';
export type VerdictCode = 'within_limits' | 'error_rate' | 'too_few_requests' | 'no_metrics_endpoint' | 'no_data' | 'healthy' | 'unhealthy' | DistrustCode;
/** Why the pods' pages can't be gone by: see `judgePages`. */
export type DistrustCode = 'several_processes' | 'counters_fell' | 'requests_uncounted';

/** The numbers compared; rates are ratios 0..1, null where there was no data. */
export interface Numbers {
  readonly canaryRequests: number;
  readonly canaryErrors: number;
  readonly canaryErrorRate: number | null;
  readonly baselineRequests: number;
  readonly baselineErrors: number;
  readonly baselineErrorRate: number | null;
  readonly threshold: number | null;
  readonly minRequests: number;
  /** Hex SHA-256 over the measurement rows that this rests on; null where none were taken. */
  readonly measurements: string | null;
  /** What the canary's pods would have counted at the stable pods' rate; null: nothing to compare with. */
  readonly expectedRequests?: number | null;
  /** Container restarts while the pages were read. */
  readonly canaryRestarts?: number;
  readonly baselineRestarts?: number;
  /** Reads of metrics pages in which the pod's side refused, reset or closed the connection. */
  readonly canaryBrokenReads?: number;
  readonly baselineBrokenReads?: number;
  /** Of the requests, those that may be Alloy's own reads of the metrics page. */
  readonly canaryOwnReads?: number;
  readonly baselineOwnReads?: number;
}

/** What a judge says: the verdict, its stable code, the numbers it compared, and one sentence for people. */
export interface Judgement {
  readonly verdict: Verdict;
  readonly code: VerdictCode;
  readonly numbers: Numbers;
  readonly detail: string;
}
