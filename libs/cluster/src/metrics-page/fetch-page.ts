import { METRICS_ACCEPT } from '@alloy/analysis';
import { ClusterError } from '../errors';
import type { Cluster } from '../ports';
import type { Endpoint } from './endpoint';

/** The result of requesting the metrics page of a pod. */
export type FetchedPage =
  | { readonly kind: 'page'; readonly text: string }
  /**
   * `status`: the HTTP status of the pod; null if the pod did not answer. `cause` `connection`: the pod refused, reset
   * or closed the connection. `why` completes a sentence that begins with "the page".
   */
  | { readonly kind: 'none'; readonly status: number | null; readonly cause: 'status' | 'connection' | 'other'; readonly why: string };

const TIMEOUT_MS = 900;

/** Matches the messages of 502s and 503s with which the API server reports that the pod did not answer. */
const NOT_FROM_THE_POD = /error trying to reach service|trying to reach: /i;
const BROKEN = /connection refused|connection reset|broken pipe|\bEOF\b|server closed|socket hang up|ECONNREFUSED|ECONNRESET|EPIPE/i;
const REASON_LENGTH = 160;

/**
 * Requests the metrics page of a pod through the API server. A response other than 200 is no page. Safe to retry.
 * Returns errors of the cluster as a result, and rejects only with other errors.
 */
export async function fetchPage(
  cluster: Pick<Cluster, 'podProxyGet'>,
  namespace: string,
  pod: string,
  endpoint: Endpoint,
  timeoutMs = TIMEOUT_MS,
): Promise<FetchedPage> {
  try {
    const { status, body } = await cluster.podProxyGet(namespace, pod, { ...endpoint, accept: METRICS_ACCEPT }, timeoutMs);
    if (status === 200) return { kind: 'page', text: body };
    if (status === 403 && body.includes('pods/proxy'))
      return {
        kind: 'none',
        status: null,
        cause: 'other',
        why: 'may not be read: Alloy lacks the right to get pods/proxy in this namespace (see deploy/rbac)',
      };
    if ((status === 502 || status === 503) && NOT_FROM_THE_POD.test(body)) return unreached(messageOf(body));
    return { kind: 'none', status, cause: 'status', why: `is answered with HTTP ${status}` };
  } catch (error) {
    // Without a response of the pod there are no data, which never count as a pass. Any other error is a bug and must
    // not be hidden.
    if (error instanceof ClusterError)
      return { kind: 'none', status: null, cause: 'other', why: `could not be read: ${error.message.slice(0, REASON_LENGTH)}` };
    throw error;
  }
}

const unreached = (message: string): FetchedPage => ({
  kind: 'none',
  status: null,
  cause: BROKEN.test(message) ? 'connection' : 'other',
  why: `could not be read: ${message}`,
});

function messageOf(body: string): string {
  try {
    const { message } = JSON.parse(body) as { readonly message?: unknown };
    return String(message ?? body).slice(0, REASON_LENGTH);
  } catch {
    return body.slice(0, REASON_LENGTH);
  }
}
