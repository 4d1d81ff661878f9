import { canaryName, findPage, ownedBy, selectorText, type Cluster, type Deployment, type Endpoint } from '@alloy/cluster';
import type { ClusterReader, WorkloadView } from './cluster-reader';

const nothing: WorkloadView = { deployment: undefined, pods: [] };

/** Workloads whose selectors, and pods whose places, are remembered at most. */
const MOST = 1_000;

/** `ClusterReader` on the cluster itself. */
export function liveClusterReader(cluster: Cluster): ClusterReader {
  const selectors = new Map<string, string>();
  /** Where pods' pages were found, so that a pod is not asked for pages that it does not have, which it would count. */
  const places = new Map<string, Endpoint>();
  const list = (namespace: string, labels: string) =>
    Promise.all([cluster.list({ apiVersion: 'apps/v1', kind: 'ReplicaSet', namespace, labels }), cluster.list({ apiVersion: 'v1', kind: 'Pod', namespace, labels })]);

  /** A selector hardly ever changes: what the last one finds is asked for at once, and again only if it has changed. */
  async function read(namespace: string, workload: string): Promise<readonly [Deployment | undefined, Deployment | undefined, ...Awaited<ReturnType<typeof list>>]> {
    const key = `${namespace}/${workload}`;
    const before = selectors.get(key);
    const get = (name: string) => cluster.get({ apiVersion: 'apps/v1', kind: 'Deployment', namespace, name }) as Promise<Deployment | undefined>;
    const [stable, canary, listed] = await Promise.all([get(workload), get(canaryName(workload)), before === undefined ? undefined : list(namespace, before)]);
    const first = stable ?? canary;
    if (!first) return [stable, canary, [], []];
    // The canary's selector is the user's and the track: the user's finds the pods of both.
    const now = selectorText(first.spec.selector);
    if (selectors.size >= MOST) selectors.clear();
    selectors.set(key, now);
    return [stable, canary, ...(listed && now === before ? listed : await list(namespace, now))];
  }

  return {
    async workloads(namespace, workload) {
      const [stable, canary, sets, pods] = await read(namespace, workload);
      const view = (deployment: Deployment | undefined): WorkloadView => (deployment ? { deployment, pods: ownedBy(pods, ownedBy(sets, [deployment])) } : nothing);
      return { stable: view(stable), canary: view(canary) };
    },
    async scrape(namespace, pod) {
      const key = `${namespace}/${pod.metadata.uid ?? pod.metadata.name}`;
      const found = await findPage(cluster, namespace, pod, { known: places.get(key) });
      if (places.size >= MOST) places.clear();
      if (found?.fetched.kind === 'page') places.set(key, found.endpoint);
      return found?.fetched;
    },
  };
}
