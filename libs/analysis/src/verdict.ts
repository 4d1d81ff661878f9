/** `inconclusive` keeps the step waiting until its deadline; missing data is never a pass. */
export type Verdict = 'pass' | 'fail' | 'inconclusive';
export type VerdictCode =
  'within_limits' | 'error_rate' | 'too_few_requests' | 'no_metrics_endpoint' | 'no_data' | 'healthy' | 'unhealthy' | DistrustCode;
/** Why the pods' pages are unreliable: see `judgePages`. */
export type DistrustCode = 'several_processes' | 'counters_fell' | 'requests_uncounted';

/** The compared numbers; rates are ratios 0..1, null without data. */
export interface Numbers {
  readonly canaryRequests: number;
  readonly canaryErrors: number;
  readonly canaryErrorRate: number | null;
  readonly baselineRequests: number;
  readonly baselineErrors: number;
  readonly baselineErrorRate: number | null;
  readonly threshold: number | null;
  readonly minRequests: number;
  /** Hex SHA-256 over the measurements that this is based on; null: none. */
  readonly measurements: string | null;
  /** Requests that the canary's pods would have counted at the stable pods' rate; null: no comparison possible. */
  readonly expectedRequests?: number | null;
  /** Container restarts while the pages were read. */
  readonly canaryRestarts?: number;
  readonly baselineRestarts?: number;
  /** Reads of metrics pages in which the pod refused, reset or closed the connection. */
  readonly canaryBrokenReads?: number;
  readonly baselineBrokenReads?: number;
  /** Counted requests that may be Alloy's own reads of the metrics page. */
  readonly canaryOwnReads?: number;
  readonly baselineOwnReads?: number;
}

/** Result of an analysis: the verdict, its stable code, the compared numbers, and one sentence for users. */
export interface Judgement {
  readonly verdict: Verdict;
  readonly code: VerdictCode;
  readonly numbers: Numbers;
  readonly detail: string;
}
