import { readRequests, type NamedRequests, type PageProbe } from '@alloy/analysis';
import type { KubeObject } from '@alloy/contracts';
import type { Cluster } from '../ports';
import { isOptedOut, isPagePromised, type Endpoint } from './endpoint';
import type { FetchedPage } from './fetch-page';
import { findPage } from './find-page';

/** Longer than in an analysis, because nothing waits for a probe. */
const TIMEOUT_MS = 2_000;

/**
 * Requests the metrics page of a pod and reports whether it counts requests. `named`: the series of the policy, if it
 * names one. Safe to retry.
 */
export async function probePage(
  cluster: Pick<Cluster, 'podProxyGet'>,
  namespace: string,
  pod: KubeObject,
  named?: NamedRequests,
): Promise<PageProbe> {
  const { name } = pod.metadata;
  const unknown = { pod: name, port: null, path: null, status: null, requests: null, row: null };
  if (isOptedOut(pod)) return { ...unknown, result: 'opted_out', detail: 'forbids reading its metrics (prometheus.io/scrape: "false")' };
  const found = await findPage(cluster, namespace, pod, { timeoutMs: TIMEOUT_MS });
  if (!found) return { ...unknown, result: 'no_port', detail: 'declares no port' };
  const { endpoint, fetched } = found;
  return {
    ...unknown,
    port: endpoint.port,
    path: endpoint.path,
    ...(fetched.kind === 'page'
      ? pageProbe(fetched.text, endpoint, isPagePromised(pod), named)
      : missingProbe(fetched, endpoint, isPagePromised(pod))),
  };
}

type Found = Pick<PageProbe, 'result' | 'status' | 'detail'> & Partial<Pick<PageProbe, 'requests' | 'row'>>;

function pageProbe(text: string, endpoint: Endpoint, isPromised: boolean, named: NamedRequests | undefined): Found {
  if (text.trim() === '') return { result: 'no_requests', status: 200, detail: `serves an empty page (${describeEndpoint(endpoint)})` };
  const read = readRequests(text, named);
  switch (read.kind) {
    case 'counts':
      return {
        result: 'requests',
        status: 200,
        requests: read.requests,
        row: read.row,
        detail: `counts requests in ${read.metric} (${describeEndpoint(endpoint)})`,
      };
    case 'noSeries':
      return {
        result: 'no_requests',
        status: 200,
        detail: `serves a metrics page without a series of requests (${describeEndpoint(endpoint)})`,
      };
    case 'unreadable':
      return isHtml(text) && !isPromised
        ? { result: 'absent', status: 200, detail: `answers with HTML instead of a metrics page (${describeEndpoint(endpoint)})` }
        : { result: 'unread', status: 200, detail: `serves a page that can't be read (${describeEndpoint(endpoint)}): ${read.why}` };
  }
}

/** The result without a page. A 404 is no error if neither an annotation nor a port promises a page. */
const missingProbe = ({ status, why }: Extract<FetchedPage, { kind: 'none' }>, endpoint: Endpoint, isPromised: boolean): Found =>
  status === 404 && !isPromised
    ? { result: 'absent', status, detail: `has no metrics page (${describeEndpoint(endpoint)}: HTTP 404)` }
    : { result: 'unread', status, detail: `has a page that ${why} (${describeEndpoint(endpoint)})` };

const describeEndpoint = ({ port, path }: Endpoint): string => `port ${port}, ${path}`;
const isHtml = (text: string): boolean => /^\s*<(?:!doctype|html|head|body)/i.test(text);
