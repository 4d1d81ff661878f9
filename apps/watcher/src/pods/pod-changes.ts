import type { WatchEvent } from '@alloy/cluster';
import type { KubeObject } from '@alloy/contracts';
import { findDegraded } from '../health/degraded';

/** The first change leads to a look at once, all those within this time after it to one more. */
const GATHER_MS = 100;

/** Turns what a watch tells of pods into few looks; only that a pod fails, which it did not before, never waits for others. */
export class PodChanges {
  /** Uids of pods that are known to fail. */
  private failing = new Set<string | undefined>();
  private timer: NodeJS.Timeout | undefined;
  private again = false;

  constructor(private readonly look: () => void) {}

  take(event: WatchEvent): void {
    if (this.fails(event)) this.look();
    else this.changed();
  }

  /** Something other than a pod has changed. */
  touch(): void {
    this.changed();
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  /** Whether it tells of a pod that did not fail before. */
  private fails(event: WatchEvent): boolean {
    if (event.type === 'synced') {
      this.failing = new Set(event.objects.filter(isFailing).map(({ metadata }) => metadata.uid));
      return false;
    }
    const { uid } = event.object.metadata;
    const isNews = event.type !== 'deleted' && isFailing(event.object) && !this.failing.has(uid);
    if (event.type === 'deleted' || !isFailing(event.object)) this.failing.delete(uid);
    else this.failing.add(uid);
    return isNews;
  }

  private changed(): void {
    if (this.timer) {
      this.again = true;
      return;
    }
    this.again = false;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      if (this.again) this.changed();
    }, GATHER_MS);
    this.look();
  }
}

const isFailing = (pod: KubeObject): boolean => findDegraded([pod]) !== undefined;
