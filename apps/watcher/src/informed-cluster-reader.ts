import {
  baselineName, canaryName, findPage, isBaseline, isClusterError, isDeployment, readTraffic, type Cluster, type Deployment, type Endpoint,
  type SharedInformers, type TrafficInformers,
} from '@alloy/cluster';
import type { ClusterReader, WorkloadView } from './cluster-reader';

/** Maximum number of pods whose endpoints are remembered. */
const MOST = 1_000;

/**
 * A `ClusterReader` that reads from the watches, which all releases of this process share. `onUnread`: called with each
 * refusal to read what divides the traffic of a release.
 */
export function informedClusterReader(
  cluster: Pick<Cluster, 'get' | 'podProxyGet'>, informers: SharedInformers, routers: TrafficInformers,
  onUnread: (namespace: string, error: unknown) => void,
): ClusterReader {
  /**
   * Where the pods' pages were found. This prevents requests for missing pages, which the pod would count as requests.
   */
  const endpoints = new Map<string, Endpoint>();
  const view = (namespace: string, name: string): WorkloadView =>
    informers.workload(namespace, name) ?? { deployment: undefined, pods: [] };
  const live = async (namespace: string, name: string): Promise<Deployment | undefined> => {
    const found = await cluster.get({ apiVersion: 'apps/v1', kind: 'Deployment', namespace, name });
    return found && isDeployment(found) ? found : undefined;
  };
  return {
    follow: (namespace, releaseId) => informers.follow(namespace, releaseId),
    unfollow(namespace, releaseId) {
      informers.unfollow(namespace, releaseId);
      routers.unfollow(namespace, releaseId);
    },
    async workloads(namespace, workload) {
      await informers.synced(namespace);
      const baseline = view(namespace, baselineName(workload));
      return {
        stable: view(namespace, workload), canary: view(namespace, canaryName(workload)),
        // A user may have a Deployment of that name.
        ...(isBaseline(baseline.deployment) && { baseline }),
      };
    },
    async deployments(namespace, workload) {
      const names = [workload, canaryName(workload), baselineName(workload)];
      const [stable, canary, baseline] = await Promise.all(names.map((name) => live(namespace, name)));
      return { stable, canary, ...(isBaseline(baseline) && { baseline }) };
    },
    traffic(namespace, releaseId, plan) {
      routers.follow(namespace, plan, releaseId);
      return routers.read(namespace, plan);
    },
    async liveTraffic(namespace, plan) {
      try {
        return await readTraffic(cluster, namespace, plan);
      } catch (error) {
        if (!isClusterError(error, 'forbidden')) throw error;
        onUnread(namespace, error);
        return undefined;
      }
    },
    failure: (namespace) => informers.failure(namespace),
    async scrape(namespace, pod) {
      const key = `${namespace}/${pod.metadata.uid ?? pod.metadata.name}`;
      const found = await findPage(cluster, namespace, pod, { known: endpoints.get(key) });
      if (endpoints.size >= MOST) endpoints.clear();
      if (found?.fetched.kind === 'page') endpoints.set(key, found.endpoint);
      return found?.fetched;
    },
  };
}
