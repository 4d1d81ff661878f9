import { ClusterError, controllerOf, type Cluster, type Deployment } from '@alloy/cluster';
import type { KubeObject } from '@alloy/contracts';
import type { ClusterReader } from './cluster-reader';

const SCRAPE_TIMEOUT_MS = 900;

/** `ClusterReader` on the cluster itself. */
export function liveClusterReader(cluster: Cluster): ClusterReader {
  return {
    async workload(namespace, name) {
      const deployment = (await cluster.get({ apiVersion: 'apps/v1', kind: 'Deployment', namespace, name })) as Deployment | undefined;
      if (!deployment) return { deployment, pods: [] };
      const labels = Object.entries(deployment.spec.selector.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`).join(',');
      const sets = ownedBy(await cluster.list({ apiVersion: 'apps/v1', kind: 'ReplicaSet', namespace, labels }), [deployment]);
      return { deployment, pods: ownedBy(await cluster.list({ apiVersion: 'v1', kind: 'Pod', namespace, labels }), sets) };
    },
    async scrape(namespace, pod, { port, path }) {
      try {
        const answer = await cluster.podProxyGet(namespace, pod, port, path, SCRAPE_TIMEOUT_MS);
        return answer.status === 200 ? answer.body : undefined;
      } catch (error) {
        // A pod that can't be asked just now has no data, which is never a pass; anything else is a bug to be seen.
        if (error instanceof ClusterError) return undefined;
        throw error;
      }
    },
  };
}

function ownedBy(objects: readonly KubeObject[], owners: readonly KubeObject[]): readonly KubeObject[] {
  const uids = new Set(owners.map((owner) => owner.metadata.uid));
  return objects.filter((object) => uids.has(controllerOf(object)?.uid));
}
