import type { WatchEvent } from '@alloy/cluster';
import type { KubeObject } from '@alloy/contracts';
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
  private timer: NodeJS.Timeout | undefined;
  private again = false;

  constructor(private readonly observe: () => void) {}

  podChanged(event: WatchEvent): void {
    if (this.isNewFailure(event)) this.observe();
    else this.gather();
  }

  /** An object other than a pod has changed. */
  otherChanged(): void {
    this.gather();
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
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

  private gather(): void {
    if (this.timer) {
      this.again = true;
      return;
    }
    this.again = false;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      if (this.again) this.gather();
    }, GATHER_MS);
    this.observe();
  }
}

const isFailing = (pod: KubeObject): boolean => findDegraded([pod]) !== undefined;
