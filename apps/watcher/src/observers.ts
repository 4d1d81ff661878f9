import { baselineName, canaryName, type WorkloadChange } from '@alloy/cluster';
import type { ReleaseKey, VersionedKey } from '@alloy/ledger';
import { ObservationLoop, type Observed } from './observation-loop';

export interface ObserversOptions {
  /** Milliseconds between two judgements of a release. `judged`: number of releases that wait for a verdict. */
  readonly judgeEveryMs: (judged: number) => number;
  /** Milliseconds after which a release is observed even without a change. */
  readonly resyncMs: () => number;
  readonly observe: (key: ReleaseKey) => Observed;
  readonly isMine: (releaseId: string) => boolean;
  readonly onError: (key: ReleaseKey, error: unknown) => void;
}

/**
 * The releases that this replica observes, each in its own loop, so that a release that hangs or fails does not delay
 * the others. A release is observed when its stream or its workload has changed, after a failed observation, and at a
 * slow resync.
 */
export class Observers {
  private readonly loops = new Map<string, ObservationLoop>();
  private stopped = false;
  private turn = 0;

  constructor(private readonly options: ObserversOptions) {}

  /** Starts to observe the release, or observes it again at once. */
  trigger(key: ReleaseKey): void {
    if (this.stopped || !this.options.isMine(key.releaseId)) return;
    this.loopOf(key).trigger();
  }

  /** Observes the release again at once if this replica observes it. Returns whether it does. */
  triggerKnown(releaseId: string): boolean {
    const loop = this.loops.get(releaseId);
    loop?.trigger();
    return loop !== undefined;
  }

  /** Observes the releases to whose workload the changed object belongs. */
  changed(change: WorkloadChange): void {
    for (const loop of this.loops.values()) if (concerns(change, loop.observed)) loop.changed(change);
  }

  /** Observes the releases of the namespace, of which an object that divides traffic has changed; undefined: all. */
  trafficChanged(namespace: string | undefined): void {
    for (const loop of this.loops.values())
      if (namespace === undefined || loop.observed.namespace === namespace) loop.trafficChanged();
  }

  /**
   * Compares with the running releases of the log: starts to observe those that are new to this replica, observes those
   * that have changed, and ends the others. Returns the observations whose state is current.
   */
  reconcile(running: readonly VersionedKey[]): readonly Observed[] {
    if (this.stopped) return [];
    const mine = running.filter(({ releaseId }) => this.options.isMine(releaseId));
    const unchanged = mine.flatMap((key) => {
      const loop = this.loopOf(key);
      const isSame = loop.observed.confirm(key.version);
      if (!isSame || loop.observed.needsObservation) loop.trigger();
      return isSame ? [loop.observed] : [];
    });
    const ids = new Set(mine.map(({ releaseId }) => releaseId));
    for (const [releaseId, loop] of this.loops) {
      if (ids.has(releaseId)) continue;
      if (this.options.isMine(releaseId)) loop.trigger();
      else void this.drop(releaseId, loop);
    }
    return unchanged;
  }

  /** Ids of the releases under observation. */
  get releaseIds(): readonly string[] {
    return [...this.loops.keys()];
  }

  /** Number of releases that wait for a verdict. */
  get judged(): number {
    return [...this.loops.values()].filter(({ observed }) => observed.isJudged).length;
  }

  get size(): number {
    return this.loops.size;
  }

  /** The next observed workload, round-robin; undefined: there is none. */
  nextWorkload(): { readonly namespace: string; readonly name: string } | undefined {
    const known = [...this.loops.values()].flatMap(({ observed: { namespace, workload } }) =>
      namespace !== undefined && workload !== undefined ? [{ namespace, name: workload }] : []);
    this.turn += 1;
    return known[this.turn % known.length];
  }

  /** Stops all observations. Resolves once no observation and no judgement runs. */
  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all([...this.loops.values()].map((loop) => loop.stop()));
  }

  private loopOf(key: ReleaseKey): ObservationLoop {
    const known = this.loops.get(key.releaseId);
    if (known) return known;
    const loop: ObservationLoop = new ObservationLoop(key, {
      ...this.options,
      onEnd: () => this.loops.delete(key.releaseId),
      judgeEveryMs: () => this.options.judgeEveryMs(this.judged),
    });
    this.loops.set(key.releaseId, loop);
    return loop;
  }

  private async drop(releaseId: string, loop: ObservationLoop): Promise<void> {
    this.loops.delete(releaseId);
    await loop.stop();
  }
}

function concerns({ namespace, deployment }: WorkloadChange, { namespace: own, workload }: Observed): boolean {
  if (own === undefined || workload === undefined) return false;
  const isInNamespace = namespace === undefined || namespace === own;
  return isInNamespace && (deployment === undefined || [workload, canaryName(workload), baselineName(workload)].includes(deployment));
}
