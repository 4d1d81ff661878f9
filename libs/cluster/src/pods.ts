import type { V1PodStatus } from '@kubernetes/client-node';
import type { KubeObject } from '@alloy/contracts';
import type { Json } from './json';

export const podStatus = (pod: KubeObject): Json<V1PodStatus> => (pod['status'] as Json<V1PodStatus> | undefined) ?? {};
export const isTerminating = (object: KubeObject): boolean => object.metadata['deletionTimestamp'] !== undefined;
/** Whether the pod is ready and not terminating. */
export const isReady = (pod: KubeObject): boolean =>
  !isTerminating(pod) &&
  (podStatus(pod).conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True') ?? false);
const hasEnded = (pod: KubeObject): boolean => podStatus(pod).phase === 'Failed' || podStatus(pod).phase === 'Succeeded';
/** Whether the pod runs or will run: it is neither terminating nor failed nor succeeded. */
export const isActive = (pod: KubeObject): boolean => !isTerminating(pod) && !hasEnded(pod);
/** Whether the pod is deleted but its containers still run, so that it answers on open connections. */
export const isDraining = (pod: KubeObject): boolean => isTerminating(pod) && !hasEnded(pod);
