import type { Condition, Pod } from '../kinds';

const conditionOf = (pod: Pod, type: string): Condition | undefined => pod.status?.conditions?.find((condition) => condition.type === type);

export const isReady = (pod: Pod): boolean => conditionOf(pod, 'Ready')?.status === 'True';

export const hasEnded = (pod: Pod): boolean => pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';

/** Whether the pod has neither ended nor is being deleted. */
export const isActive = (pod: Pod): boolean => pod.metadata.deletionTimestamp === undefined && !hasEnded(pod);

/** Whether the pod is deleted and has not ended yet. */
export const isTerminating = (pod: Pod): boolean => pod.metadata.deletionTimestamp !== undefined && !hasEnded(pod);

/** Milliseconds since the epoch; `undefined` if the pod is not ready. */
export const readySince = (pod: Pod): number | undefined => {
  const ready = conditionOf(pod, 'Ready');
  return ready?.status === 'True' ? Date.parse(ready.lastTransitionTime ?? pod.metadata.creationTimestamp ?? '') : undefined;
};

export const restartsOf = (pod: Pod): number =>
  Math.max(0, ...(pod.status?.containerStatuses ?? []).map(({ restartCount }) => restartCount));

/** Milliseconds until the pod has been ready for `minReadySeconds`; 0: already, `undefined`: not ready. */
export const availableIn = (pod: Pod, minReadySeconds: number, now: number): number | undefined => {
  const since = readySince(pod);
  return since === undefined ? undefined : minReadySeconds === 0 ? 0 : Math.max(0, since + minReadySeconds * 1000 - now);
};
