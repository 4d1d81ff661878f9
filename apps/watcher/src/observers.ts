import { canaryName, isClusterError, type WorkloadChange } from '@alloy/cluster';
import type { ReleaseKey, VersionedKey } from '@alloy/ledger';
import { handling } from '@alloy/service';
import type { ObservationResult } from './observation';
import { PodChanges } from './pods/pod-changes';

/** One release under observation. */
export interface Observed {
  /** Where the release runs; undefined: not known yet. */
  readonly namespace: string | undefined;
  readonly workload: string | undefined;
  /** The last observation failed or left something to do. */
  readonly needsObservation: boolean;
  /** Whether the release waits for a verdict. */
  readonly isJudged: boolean;
  observe(): Promise<ObservationResult>;
  /**
   * Runs beside the observations, because it may take longer. Starts after an observation, and only after the previous
   * call has ended.
   */
  judge(): Promise<void>;
  confirm(version: number): boolean;
  prove(failure: unknown): Promise<void>;
  stop(): void;
}

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
  private readonly loops = new Map<string, Loop>();
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

  private loopOf(key: ReleaseKey): Loop {
    const known = this.loops.get(key.releaseId);
    if (known) return known;
    const loop: Loop = new Loop(key, this.options, {
      onEnd: () => this.loops.delete(key.releaseId),
      judgeEveryMs: () => this.options.judgeEveryMs(this.judged),
    });
    this.loops.set(key.releaseId, loop);
    return loop;
  }

  private async drop(releaseId: string, loop: Loop): Promise<void> {
    this.loops.delete(releaseId);
    await loop.stop();
  }
}

function concerns({ namespace, deployment }: WorkloadChange, { namespace: own, workload }: Observed): boolean {
  if (own === undefined || workload === undefined) return false;
  const isInNamespace = namespace === undefined || namespace === own;
  return isInNamespace && (deployment === undefined || deployment === workload || deployment === canaryName(workload));
}

interface LoopOptions {
  readonly onEnd: () => void;
  readonly judgeEveryMs: () => number;
}

class Loop {
  readonly observed: Observed;
  private readonly changes = new PodChanges(() => this.trigger());
  private resync: NodeJS.Timeout | undefined;
  private nextJudgement: NodeJS.Timeout | undefined;
  private current: Promise<void> | undefined;
  private judging: Promise<void> | undefined;
  private again = false;
  /** The API server asked not to be called for some time: no observation before that time has passed. */
  private isHeld = false;
  private hold: NodeJS.Timeout | undefined;
  private ended = false;

  constructor(
    private readonly key: ReleaseKey,
    private readonly options: ObserversOptions,
    private readonly own: LoopOptions,
  ) {
    this.observed = options.observe(key);
  }

  trigger(): void {
    if (this.ended) return;
    this.again = true;
    if (this.isHeld) return;
    clearTimeout(this.resync);
    this.current ??= this.run();
  }

  changed({ kind, event }: WorkloadChange): void {
    if (kind === 'Pod' && event.type !== 'synced') this.changes.podChanged(event);
    else this.changes.otherChanged();
  }

  async stop(): Promise<void> {
    this.end();
    await this.current;
    await this.judging;
    this.observed.stop();
  }

  private end(): void {
    this.ended = true;
    this.changes.stop();
    for (const timer of [this.resync, this.nextJudgement, this.hold]) clearTimeout(timer);
  }

  private async run(): Promise<void> {
    while (this.again && !this.ended && !this.isHeld) {
      this.again = false;
      await this.handled('observe', () => this.observe());
    }
    this.current = undefined;
    if (!this.ended && !this.isHeld) this.resync = setTimeout(() => this.trigger(), this.options.resyncMs());
  }

  private async observe(): Promise<void> {
    const result = await this.observed.observe();
    if (result === 'observed') this.judge();
    if (result !== 'ended') return;
    this.end();
    await this.judging;
    this.observed.stop();
    this.own.onEnd();
  }

  private judge(): void {
    if (this.judging || this.ended || this.isHeld || !this.observed.isJudged) return;
    clearTimeout(this.nextJudgement);
    this.judging = this.handled('judge', () => this.observed.judge()).finally(() => {
      this.judging = undefined;
      if (!this.ended) this.nextJudgement = setTimeout(() => this.judge(), this.own.judgeEveryMs());
    });
  }

  /** Never rejects. */
  private handled(name: string, run: () => Promise<void>): Promise<void> {
    return handling(name, { release: this.key.releaseId }, run).catch((error: unknown) => {
      this.options.onError(this.key, error);
      this.holdIfAsked(error);
    });
  }

  private holdIfAsked(error: unknown): void {
    const seconds = isClusterError(error) ? error.details.retryAfterSeconds : undefined;
    if (!seconds || this.ended) return;
    this.isHeld = true;
    clearTimeout(this.resync);
    clearTimeout(this.hold);
    this.hold = setTimeout(() => {
      this.isHeld = false;
      this.trigger();
    }, seconds * 1_000);
  }
}
