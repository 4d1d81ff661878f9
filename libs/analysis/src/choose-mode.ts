/** How a canary is judged: by the requests that its pods count, or by their health only. */
export type AnalysisMode = 'metrics' | 'health';

/**
 * Result of reading one stable pod's metrics page.
 * `requests`: the page has request series. `no_requests`: it has none. `no_port`: the pod has no port to read from.
 * `opted_out`: the pod's annotations forbid it.
 * `absent`: 404, and neither an annotation nor a port name announces a page. `unread`: any other failure, such as 406,
 * a failed TLS handshake or a timeout.
 */
export type ProbeResult = 'requests' | 'no_requests' | 'no_port' | 'opted_out' | 'absent' | 'unread';

export interface PageProbe {
  readonly pod: string;
  readonly result: ProbeResult;
  /** Port of the last request; null: no request was sent. */
  readonly port: number | null;
  readonly path: string | null;
  /** HTTP status; null: no response. */
  readonly status: number | null;
  /** Requests counted so far; null without a request series. */
  readonly requests: number | null;
  /** Row of the table of conventions that matched; null: none. */
  readonly row: string | null;
  /** One clause for users, without the pod's name. */
  readonly detail: string;
}

export type ModeCode = 'request_metrics_found' | 'no_request_metrics' | 'metrics_unread';

export interface ModeChoice {
  readonly mode: AnalysisMode;
  readonly code: ModeCode;
  /** One sentence for users. */
  readonly text: string;
  /** The probe that decided; null: no pod was probed. */
  readonly probe: PageProbe | null;
}

/**
 * Chooses the mode for `auto` from the stable pods' pages: a request series on any page means `metrics`; pods that
 * certainly have none mean `health`.
 * An unreadable page may have a series, so it means `metrics`: missing data is never a pass. Pure.
 */
export function chooseMode(probes: readonly PageProbe[]): ModeChoice {
  const found = probes.find(({ result }) => result === 'requests');
  if (found)
    return {
      mode: 'metrics',
      code: 'request_metrics_found',
      text: `judged by metrics: stable pod ${found.pod} ${found.detail}`,
      probe: found,
    };
  const unread = probes.find(({ result }) => result === 'unread');
  if (unread)
    return {
      mode: 'metrics',
      code: 'metrics_unread',
      text: `judged by metrics although no page could be read: stable pod ${unread.pod} ${unread.detail}; ${UNREAD_ADVICE}`,
      probe: unread,
    };
  const [none] = probes;
  if (!none)
    return {
      mode: 'metrics',
      code: 'metrics_unread',
      text: `judged by metrics although no page was read: no stable pod was ready; ${UNREAD_ADVICE}`,
      probe: null,
    };
  return {
    mode: 'health',
    code: 'no_request_metrics',
    text: `judged by health alone, without metrics: stable pod ${none.pod} ${none.detail}; ${NONE_ADVICE}`,
    probe: none,
  };
}

const UNREAD_ADVICE = 'make the page readable, or set `analysis: {mode: health}`';
const NONE_ADVICE = 'serve request metrics, or set `analysis: {mode: metrics}` to refuse a canary without them';
