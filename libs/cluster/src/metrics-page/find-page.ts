import { pageEndpoints } from '@alloy/analysis';
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
 * Asks a pod for its metrics page at one place after the other; the next one only if the one before answers 404. If all do, reports the first.
 * Undefined: there is no place to ask. Safe to retry.
 */
export async function findPage(cluster: Pick<Cluster, 'podProxyGet'>, namespace: string, pod: KubeObject, { timeoutMs, known }: FindOptions = {}): Promise<FoundPage | undefined> {
  const places = pageEndpoints(pod as Parameters<typeof pageEndpoints>[0]);
  let first: FoundPage | undefined;
  for (const endpoint of known ? [known, ...places] : places) {
    const found = { endpoint, fetched: await fetchPage(cluster, namespace, pod.metadata.name, endpoint, timeoutMs) };
    if (found.fetched.kind === 'page' || found.fetched.status !== 404) return found;
    first ??= found;
  }
  return first;
}
