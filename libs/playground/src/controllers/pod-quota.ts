import type { Pod, ResourceQuota } from '../kinds';
import type { Store } from '../store';
import { hasEnded } from './pod-state';

/** What of a quota's `hard` is counted, and which pods; anything else of it is stored, and limits nothing. */
const counted: Readonly<Record<string, (pod: Pod) => boolean>> = { pods: (pod) => !hasEnded(pod), 'count/pods': () => true };

/** Pods in use of each limit on pods that the quota has. */
export function usedPods(store: Store, { metadata, spec }: ResourceQuota): Readonly<Record<string, string>> {
  const pods = store.list<Pod>('pods', metadata.namespace);
  const limits = Object.entries(counted).filter(([resource]) => spec.hard?.[resource] !== undefined);
  return Object.fromEntries(limits.map(([resource, counts]) => [resource, String(pods.filter(counts).length)]));
}

/** Why the namespace's quotas reject a further pod, as the API server words it; undefined: they do. */
export function quotaRefusal(store: Store, namespace: string | undefined): string | undefined {
  for (const quota of store.list<ResourceQuota>('resourcequotas', namespace)) {
    for (const [resource, used] of Object.entries(usedPods(store, quota))) {
      const limit = String(quota.spec.hard![resource]);
      if (Number(used) + 1 > Number(limit)) return `exceeded quota: ${quota.metadata.name}, requested: ${resource}=1, used: ${resource}=${used}, limited: ${resource}=${limit}`;
    }
  }
  return undefined;
}
