import { pageEndpoints, readRequests } from '@alloy/analysis';
import type { KubeObject } from '@alloy/contracts';
import type { Cluster } from '../ports';
import type { Endpoint } from './endpoint';
import { fetchPage, type FetchedPage } from './fetch-page';

/** What a pod answered, and where it was asked. */
export interface FoundPage {
  readonly endpoint: Endpoint;
  readonly fetched: FetchedPage;
}

export interface FindOptions {
  /** For each request, ms; default that of `fetchPage`. */
  readonly timeoutMs?: number;
  /** Where the page was before: asked first. */
  readonly known?: Endpoint | undefined;
}

/**
 * Asks a pod for its metrics page at one place after the other, the next one only if the first answers 404; a further place counts only if it serves metrics,
 * for many apps answer every path. If none does, reports the first. Undefined: there is no place to ask. Safe to retry.
 */
export async function findPage(cluster: Pick<Cluster, 'podProxyGet'>, namespace: string, pod: KubeObject, { timeoutMs, known }: FindOptions = {}): Promise<FoundPage | undefined> {
  const places = pageEndpoints(pod as Parameters<typeof pageEndpoints>[0]);
  let first: FoundPage | undefined;
  for (const endpoint of known ? [known, ...places] : places) {
    const found = { endpoint, fetched: await fetchPage(cluster, namespace, pod.metadata.name, endpoint, timeoutMs) };
    if (first === undefined ? !isMissing(found.fetched) : isMetrics(found.fetched)) return found;
    first ??= found;
  }
  return first;
}

const isMissing = (fetched: FetchedPage): boolean => fetched.kind === 'none' && fetched.status === 404;

const isMetrics = (fetched: FetchedPage): boolean => fetched.kind === 'page' && readRequests(fetched.text).kind !== 'unreadable';
