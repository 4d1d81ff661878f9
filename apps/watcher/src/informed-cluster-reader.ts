import { canaryName, findPage, isDeployment, type Cluster, type Deployment, type Endpoint, type SharedInformers } from '@alloy/cluster';
import type { ClusterReader, WorkloadView } from './cluster-reader';

/** Pods whose places are remembered at most. */
const MOST = 1_000;

/** `ClusterReader` on the watches that all releases of this process share. */
export function informedClusterReader(cluster: Pick<Cluster, 'get' | 'podProxyGet'>, informers: SharedInformers): ClusterReader {
  /** Where pods' pages were found, so that a pod is not asked for pages that it does not have, which it would count. */
  const places = new Map<string, Endpoint>();
  const view = (namespace: string, name: string): WorkloadView => informers.workload(namespace, name) ?? { deployment: undefined, pods: [] };
  const live = async (namespace: string, name: string): Promise<Deployment | undefined> => {
    const found = await cluster.get({ apiVersion: 'apps/v1', kind: 'Deployment', namespace, name });
    return found && isDeployment(found) ? found : undefined;
  };
  return {
    follow: (namespace, releaseId) => informers.follow(namespace, releaseId),
    unfollow: (namespace, releaseId) => informers.unfollow(namespace, releaseId),
    async workloads(namespace, workload) {
      await informers.synced(namespace);
      return { stable: view(namespace, workload), canary: view(namespace, canaryName(workload)) };
    },
    async deployments(namespace, workload) {
      const [stable, canary] = await Promise.all([live(namespace, workload), live(namespace, canaryName(workload))]);
      return { stable, canary };
    },
    failure: (namespace) => informers.failure(namespace),
    async scrape(namespace, pod) {
      const key = `${namespace}/${pod.metadata.uid ?? pod.metadata.name}`;
      const found = await findPage(cluster, namespace, pod, { known: places.get(key) });
      if (places.size >= MOST) places.clear();
      if (found?.fetched.kind === 'page') places.set(key, found.endpoint);
      return found?.fetched;
    },
  };
}
