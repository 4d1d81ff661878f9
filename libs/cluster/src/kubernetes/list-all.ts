import type { KubeObject } from '@alloy/contracts';
import type { Query } from '../ports';
import { resourcePath } from '../resources';
import type { KubeHttp } from './kube-http';

interface Page {
  readonly metadata?: { readonly resourceVersion?: string; readonly continue?: string };
  readonly items?: readonly KubeObject[] | null;
}

const PAGE = 500;

/**
 * Reads every page of a list. Adds apiVersion and kind to the objects, because list items lack them. `resourceVersion`:
 * where to start a watch.
 */
export async function listAll(
  http: KubeHttp,
  query: Query,
  signal?: AbortSignal,
  path: string = resourcePath(query),
): Promise<{ readonly items: readonly KubeObject[]; readonly resourceVersion: string | undefined }> {
  const items: KubeObject[] = [];
  let next: string | undefined;
  for (;;) {
    const page = await http.json<Page>({
      method: 'GET',
      path,
      query: { labelSelector: query.labels, fieldSelector: query.fields, limit: PAGE, continue: next },
      ...(signal && { signal }),
    });
    for (const item of page.items ?? []) items.push({ ...item, apiVersion: query.apiVersion, kind: query.kind });
    next = page.metadata?.continue === '' ? undefined : page.metadata?.continue;
    if (next === undefined) return { items, resourceVersion: page.metadata?.resourceVersion };
  }
}
