import type { Pod, StatefulSet } from '../kinds';
import { createPod, deletePod } from './new-pod';
import { OwnedPodsController } from './owned-pods-controller';
import { isActive, isReady } from './pod-state';
import { podTemplateHash } from './pod-template-hash';

const REVISION_LABEL = 'controller-revision-hash';
const ordinalOf = ({ metadata }: Pod): number => Number(metadata.name.slice(metadata.name.lastIndexOf('-') + 1));
const revisionOf = ({ metadata }: Pod): string | undefined => metadata.labels?.[REVISION_LABEL];

/**
 * Maintains the pods of StatefulSets, one after another: a pod that is not ready holds up all others, also their
 * update. Volumes have no effect.
 */
export class StatefulSetController extends OwnedPodsController<StatefulSet> {
  protected readonly resource = 'statefulsets.apps';
  protected readonly kind = 'StatefulSet';

  protected sync(set: StatefulSet, owned: readonly Pod[]): void {
    const revision = `${set.metadata.name}-${podTemplateHash(set.spec.template, 0)}`;
    this.step(set, owned, revision);
    const pods = this.podsOf(set).filter(isActive);
    const wanted = set.spec.replicas ?? 1;
    const updated = pods.filter((pod) => revisionOf(pod) === revision);
    const isDone = updated.length === wanted && updated.every(isReady);
    this.writeStatus(set, {
      observedGeneration: set.metadata.generation,
      replicas: pods.length,
      readyReplicas: pods.filter(isReady).length,
      availableReplicas: pods.filter(isReady).length,
      updatedReplicas: updated.length,
      currentReplicas: pods.length - (isDone ? 0 : updated.length),
      currentRevision: isDone ? revision : (set.status?.currentRevision ?? revision),
      updateRevision: revision,
      collisionCount: 0,
    });
  }

  private step(set: StatefulSet, owned: readonly Pod[], revision: string): void {
    const { store } = this.context;
    const wanted = set.spec.replicas ?? 1;
    const byOrdinal = new Map(owned.map((pod) => [ordinalOf(pod), pod]));
    for (let ordinal = 0; ordinal < wanted; ordinal += 1) {
      const pod = byOrdinal.get(ordinal);
      const name = `${set.metadata.name}-${ordinal}`;
      if (!pod) {
        createPod(store, set, { name }, { [REVISION_LABEL]: revision, 'statefulset.kubernetes.io/pod-name': name });
        return;
      }
      if (!isActive(pod) || !isReady(pod)) return;
    }
    const highest = [...owned].sort((a, b) => ordinalOf(b) - ordinalOf(a));
    const surplus = highest.find((pod) => ordinalOf(pod) >= wanted);
    const outdated = highest.find((pod) => revisionOf(pod) !== revision);
    const leaves = surplus ?? (set.spec.updateStrategy?.type === 'OnDelete' ? undefined : outdated);
    if (leaves && isActive(leaves)) deletePod(store, leaves);
  }
}
