import type { DaemonSet, Pod } from '../kinds';
import { createPod, deletePod } from './new-pod';
import { OwnedPodsController } from './owned-pods-controller';
import { isActive, isReady } from './pod-state';
import { podTemplateHash } from './pod-template-hash';

const REVISION_LABEL = 'controller-revision-hash';

/** Maintains one pod of each DaemonSet per node, and replaces outdated ones one after another. */
export class DaemonSetController extends OwnedPodsController<DaemonSet> {
  protected readonly resource = 'daemonsets.apps';
  protected readonly kind = 'DaemonSet';

  protected sync(set: DaemonSet, owned: readonly Pod[]): void {
    const { store } = this.context;
    const revision = podTemplateHash(set.spec.template, 0);
    const wanted = store.list('nodes').length;
    const isCurrent = ({ metadata }: Pod): boolean => metadata.labels?.[REVISION_LABEL] === revision;
    if (owned.length < wanted)
      createPod(store, set, { generateName: `${set.metadata.name}-` }, { [REVISION_LABEL]: revision });
    // Pods that are not ready are no capacity.
    const outdated = owned.filter((pod) => isActive(pod) && !isCurrent(pod)).sort((a, b) => Number(isReady(a)) - Number(isReady(b)))[0];
    const isWhole = owned.filter((pod) => isActive(pod) && isReady(pod)).length >= wanted;
    if (outdated && set.spec.updateStrategy?.type !== 'OnDelete' && (isWhole || !isReady(outdated))) deletePod(store, outdated);
    const pods = this.podsOf(set).filter(isActive);
    const ready = pods.filter(isReady).length;
    this.writeStatus(set, {
      observedGeneration: set.metadata.generation,
      desiredNumberScheduled: wanted,
      currentNumberScheduled: pods.length,
      numberMisscheduled: 0,
      numberReady: ready,
      numberAvailable: ready,
      updatedNumberScheduled: pods.filter(isCurrent).length,
    });
  }
}
