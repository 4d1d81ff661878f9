import type { V1PodStatus } from '@kubernetes/client-node';
import type { KubeObject } from '@alloy/contracts';
import type { Json } from './json';

export const podStatus = (pod: KubeObject): Json<V1PodStatus> => (pod['status'] as Json<V1PodStatus> | undefined) ?? {};
export const isTerminating = (object: KubeObject): boolean => object.metadata['deletionTimestamp'] !== undefined;
/** Ready, and not on its way out. */
export const isReady = (pod: KubeObject): boolean =>
  !isTerminating(pod) && (podStatus(pod).conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True') ?? false);
const hasEnded = (pod: KubeObject): boolean => podStatus(pod).phase === 'Failed' || podStatus(pod).phase === 'Succeeded';
/** Failed and succeeded pods are no longer of use. */
export const isActive = (pod: KubeObject): boolean => !isTerminating(pod) && !hasEnded(pod);
/** Deleted, but its containers still run: it answers on connections that are open. */
export const isDraining = (pod: KubeObject): boolean => isTerminating(pod) && !hasEnded(pod);
