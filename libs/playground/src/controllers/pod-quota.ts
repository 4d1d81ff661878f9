import type { Pod, ResourceQuota } from '../kinds';
import type { Store } from '../store';
import { hasEnded } from './pod-state';

/** The supported limits of a quota's `hard` and the pods that they count; others are stored without effect. */
const counted: Readonly<Record<string, (pod: Pod) => boolean>> = { pods: (pod) => !hasEnded(pod), 'count/pods': () => true };

/** Pods in use per pod limit of the quota. */
export function usedPods(store: Store, { metadata, spec }: ResourceQuota): Readonly<Record<string, string>> {
  const pods = store.list<Pod>('pods', metadata.namespace);
  const limits = Object.entries(counted).filter(([resource]) => spec.hard?.[resource] !== undefined);
  return Object.fromEntries(limits.map(([resource, counts]) => [resource, String(pods.filter(counts).length)]));
}

/** Why the namespace's quotas reject another pod, in the API server's words; undefined: allowed. */
export function quotaRefusal(store: Store, namespace: string | undefined): string | undefined {
  for (const quota of store.list<ResourceQuota>('resourcequotas', namespace)) {
    for (const [resource, used] of Object.entries(usedPods(store, quota))) {
      const limit = String(quota.spec.hard![resource]);
      if (Number(used) + 1 > Number(limit))
        return `exceeded quota: ${quota.metadata.name}, requested: ${resource}=1, used: ${resource}=${used}, limited: ${resource}=${limit}`;
    }
  }
  return undefined;
}
