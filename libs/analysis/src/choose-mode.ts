/** How a canary is judged: by the requests that its pods count, or by their health alone. */
export type AnalysisMode = 'metrics' | 'health';

/**
 * What one stable pod answered when it was asked for its metrics page.
 * `requests`: a page with request series. `no_requests`: a page without one. `no_port`: there is no port to ask. `opted_out`: the pod's annotations forbid it.
 * `absent`: 404 where no annotation and no port name promised a page. `unread`: anything else, such as 406, a failed TLS handshake or a time-out.
 */
export type ProbeResult = 'requests' | 'no_requests' | 'no_port' | 'opted_out' | 'absent' | 'unread';

export interface PageProbe {
  readonly pod: string;
  readonly result: ProbeResult;
  /** Where it was asked; null: nowhere. */
  readonly port: number | null;
  readonly path: string | null;
  /** HTTP status; null: none came. */
  readonly status: number | null;
  /** Requests counted so far; null without request series. */
  readonly requests: number | null;
  /** The row of the table of conventions that matched; null: none did. */
  readonly row: string | null;
  /** One clause for people, without the pod's name. */
  readonly detail: string;
}

export type ModeCode = 'request_metrics_found' | 'no_request_metrics' | 'metrics_unread';

export interface ModeChoice {
  readonly mode: AnalysisMode;
  readonly code: ModeCode;
  /** One sentence for people. */
  readonly text: string;
  /** The probe that decided; null: no pod was asked. */
  readonly probe: PageProbe | null;
}

/**
 * Decides the mode `auto` from the stable pods' pages: request series anywhere mean `metrics`; pods that certainly have none mean `health`.
 * A page that could not be read may have series, so it means `metrics`: no data is never a pass. Pure.
 */
export function chooseMode(probes: readonly PageProbe[]): ModeChoice {
  const found = probes.find(({ result }) => result === 'requests');
  if (found) return { mode: 'metrics', code: 'request_metrics_found', text: `judged by metrics: stable pod ${found.pod} ${found.detail}`, probe: found };
  const unread = probes.find(({ result }) => result === 'unread');
  if (unread) return { mode: 'metrics', code: 'metrics_unread', text: `judged by metrics although no page could be read: stable pod ${unread.pod} ${unread.detail}; ${UNREAD_ADVICE}`, probe: unread };
  const [none] = probes;
  if (!none) return { mode: 'metrics', code: 'metrics_unread', text: `judged by metrics although no page was read: no stable pod was ready to be asked; ${UNREAD_ADVICE}`, probe: null };
  return { mode: 'health', code: 'no_request_metrics', text: `judged by health alone, no metrics are judged: stable pod ${none.pod} ${none.detail}; ${NONE_ADVICE}`, probe: none };
}

const UNREAD_ADVICE = 'make the page readable, or set `analysis: {mode: health}`';
const NONE_ADVICE = 'serve request metrics, or set `analysis: {mode: metrics}` to refuse a canary without them';
