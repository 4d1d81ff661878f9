import type { NamedRequests, PageProbe } from '@alloy/analysis';
import type { KubeObject } from '@alloy/contracts';
import { controllerOf } from '../controller-of';
import type { Deployment } from '../json';
import { isReady } from '../pods';
import type { Cluster } from '../ports';
import { selectorText } from '../read-live';
import { probePage } from './probe-page';

/**
 * Pods of one version serve the same page. More than one is probed, because a new pod may not have answered a request
 * yet.
 */
const MAX_PODS = 5;

/**
 * Probes the metrics pages of the ready pods of a Deployment, at most the first five by name. Empty: no pod is ready.
 * Safe to retry.
 */
export async function probeStable(
  cluster: Pick<Cluster, 'list' | 'podProxyGet'>,
  namespace: string,
  deployment: Deployment,
  named?: NamedRequests,
): Promise<readonly PageProbe[]> {
  const labels = selectorText(deployment.spec.selector);
  const [sets, pods] = await Promise.all([
    cluster.list({ apiVersion: 'apps/v1', kind: 'ReplicaSet', namespace, labels }),
    cluster.list({ apiVersion: 'v1', kind: 'Pod', namespace, labels }),
  ]);
  const ready = ownedBy(pods, ownedBy(sets, [deployment]))
    .filter(isReady)
    .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  return Promise.all(ready.slice(0, MAX_PODS).map((pod) => probePage(cluster, namespace, pod, named)));
}

/** The objects whose controller is one of the owners. */
export function ownedBy(objects: readonly KubeObject[], owners: readonly KubeObject[]): readonly KubeObject[] {
  const uids = new Set(owners.map((owner) => owner.metadata.uid));
  return objects.filter((object) => uids.has(controllerOf(object)?.uid));
}
