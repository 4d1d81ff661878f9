import type { WatchEvent } from '@alloy/cluster';
import type { KubeObject } from '@alloy/contracts';
import { Throttle } from '@alloy/runtime';
import { findDegraded } from '../health/degraded';

/** The first change triggers an observation at once; all changes within this time after it trigger one more. */
const GATHER_MS = 100;

/**
 * Turns the many events of a watch into few observations. An event after which a pod fails that did not fail before
 * triggers one without a delay.
 */
export class PodChanges {
  /** Uids of pods that are known to fail. */
  private failing = new Set<string | undefined>();
  private readonly others: Throttle<'changes'>;

  constructor(private readonly observe: () => void) {
    this.others = new Throttle(observe, GATHER_MS);
  }

  podChanged(event: WatchEvent): void {
    if (this.isNewFailure(event)) this.observe();
    else this.otherChanged();
  }

  /** An object other than a pod has changed, or a pod without a new failure. */
  otherChanged(): void {
    this.others.request('changes');
  }

  stop(): void {
    this.others.stop();
  }

  /** Whether the event shows a failing pod that did not fail before. Keeps `failing` up to date. */
  private isNewFailure(event: WatchEvent): boolean {
    if (event.type === 'synced') {
      this.failing = new Set(event.objects.filter(isFailing).map(({ metadata }) => metadata.uid));
      return false;
    }
    const { uid } = event.object.metadata;
    const isNew = event.type !== 'deleted' && isFailing(event.object) && !this.failing.has(uid);
    if (event.type === 'deleted' || !isFailing(event.object)) this.failing.delete(uid);
    else this.failing.add(uid);
    return isNew;
  }
}

const isFailing = (pod: KubeObject): boolean => findDegraded([pod]) !== undefined;
