import type { PlaygroundObject } from './objects';
import type { ResourceType } from './resources';

/** Handling of dependents when an object is deleted. */
export type Propagation = 'Background' | 'Foreground' | 'Orphan';

/** A pod is removed only by a delete with grace 0; other deleted objects with their last finalizer. */
export const isReleased = (type: ResourceType, { metadata }: PlaygroundObject): boolean =>
  metadata.deletionTimestamp !== undefined &&
  (metadata.finalizers ?? []).length === 0 &&
  (type.kind !== 'Pod' || metadata.deletionGracePeriodSeconds === 0);

/** The finalizers of an object deleted with this propagation. */
export function finalizersFor({ metadata }: PlaygroundObject, propagation: Propagation | undefined): readonly string[] {
  const kept = metadata.finalizers ?? [];
  const added = propagation === 'Foreground' ? ['foregroundDeletion'] : propagation === 'Orphan' ? ['orphan'] : [];
  return [...kept, ...added.filter((each) => !kept.includes(each))];
}

/** Grace period in seconds; only a pod that runs on a node has one. */
export function graceOf(type: ResourceType, live: PlaygroundObject, asked: number | undefined): number {
  if (type.kind !== 'Pod') return 0;
  const { nodeName, terminationGracePeriodSeconds } = (live.spec ?? {}) as { nodeName?: string; terminationGracePeriodSeconds?: number };
  const { phase } = (live.status ?? {}) as { phase?: string };
  if (!nodeName || phase === 'Failed' || phase === 'Succeeded') return 0;
  return asked ?? terminationGracePeriodSeconds ?? 30;
}
