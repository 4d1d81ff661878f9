import { canaryName, ClusterError, controllerOf, selectorText, type Cluster, type Deployment } from '@alloy/cluster';
import type { KubeObject } from '@alloy/contracts';
import type { ClusterReader, WorkloadView } from './cluster-reader';

const SCRAPE_TIMEOUT_MS = 900;
const nothing: WorkloadView = { deployment: undefined, pods: [] };

/** `ClusterReader` on the cluster itself. */
export function liveClusterReader(cluster: Cluster): ClusterReader {
  return {
    async workloads(namespace, workload) {
      const get = (name: string) => cluster.get({ apiVersion: 'apps/v1', kind: 'Deployment', namespace, name }) as Promise<Deployment | undefined>;
      const [stable, canary] = await Promise.all([get(workload), get(canaryName(workload))]);
      const first = stable ?? canary;
      if (!first) return { stable: nothing, canary: nothing };
      // The canary's selector is the user's and the track: the user's finds the pods of both.
      const query = { namespace, labels: selectorText(first.spec.selector) };
      const [sets, pods] = await Promise.all([
        cluster.list({ apiVersion: 'apps/v1', kind: 'ReplicaSet', ...query }),
        cluster.list({ apiVersion: 'v1', kind: 'Pod', ...query }),
      ]);
      const view = (deployment: Deployment | undefined): WorkloadView => (deployment ? { deployment, pods: ownedBy(pods, ownedBy(sets, [deployment])) } : nothing);
      return { stable: view(stable), canary: view(canary) };
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
