import { pageEndpoints, readRequests } from '@alloy/analysis';
import type { KubeObject } from '@alloy/contracts';
import type { Cluster } from '../ports';
import type { Endpoint } from './endpoint';
import { fetchPage, type FetchedPage } from './fetch-page';

/** The response of a pod, and the endpoint that was requested. */
export interface FoundPage {
  readonly endpoint: Endpoint;
  readonly fetched: FetchedPage;
}

export interface FindOptions {
  /** Time-out of each request, ms; default that of `fetchPage`. */
  readonly timeoutMs?: number;
  /** Where the page was found before; it is requested first. */
  readonly known?: Endpoint | undefined;
}

/**
 * Requests the metrics page of a pod from one possible endpoint after the other, as long as the first endpoint has
 * answered 404. A later endpoint is accepted only if it serves metrics, because many applications answer every path. If
 * none does, returns the response of the first. Undefined: the pod has no possible endpoint. Safe to retry.
 */
export async function findPage(
  cluster: Pick<Cluster, 'podProxyGet'>,
  namespace: string,
  pod: KubeObject,
  { timeoutMs, known }: FindOptions = {},
): Promise<FoundPage | undefined> {
  const endpoints = pageEndpoints(pod as Parameters<typeof pageEndpoints>[0]);
  let first: FoundPage | undefined;
  for (const endpoint of known ? [known, ...endpoints] : endpoints) {
    const found = { endpoint, fetched: await fetchPage(cluster, namespace, pod.metadata.name, endpoint, timeoutMs) };
    if (first === undefined ? !isMissing(found.fetched) : isMetrics(found.fetched)) return found;
    first ??= found;
  }
  return first;
}

const isMissing = (fetched: FetchedPage): boolean => fetched.kind === 'none' && fetched.status === 404;

const isMetrics = (fetched: FetchedPage): boolean => fetched.kind === 'page' && readRequests(fetched.text).kind !== 'unreadable';
