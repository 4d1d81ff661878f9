import { canaryName, isClusterError, type WorkloadChange } from '@alloy/cluster';
import type { ReleaseKey, VersionedKey } from '@alloy/ledger';
import { handling } from '@alloy/service';
import type { Look } from './observation';
import { PodChanges } from './pods/pod-changes';

/** One release under observation. */
export interface Observed {
  /** Where it runs; undefined: not known yet. */
  readonly namespace: string | undefined;
  readonly workload: string | undefined;
  /** The last look failed, or left something to do. */
  readonly needsLook: boolean;
  /** Whether it waits for a verdict. */
  readonly isJudged: boolean;
  look(): Promise<Look>;
  /** What takes longer than a look may: begun after one, and not again before it has ended. */
  judge(): Promise<void>;
  confirm(version: number): boolean;
  prove(failure: unknown): Promise<void>;
  stop(): void;
}

export interface ObserversOptions {
  /** Milliseconds between two judgements of a release, by how many releases wait for a verdict. */
  readonly judgeEveryMs: (judged: number) => number;
  /** Milliseconds after which a release is looked at though nothing has changed. */
  readonly resyncMs: () => number;
  readonly observe: (key: ReleaseKey) => Observed;
  readonly isMine: (releaseId: string) => boolean;
  readonly onError: (key: ReleaseKey, error: unknown) => void;
}

/**
 * The releases that this replica observes, each in a loop of its own, so that one that hangs or fails holds up no other.
 * A release is looked at when its stream or its workload has changed, when the last look failed, and at a slow resync.
 */
export class Observers {
  private readonly loops = new Map<string, Loop>();
  private stopped = false;
  private turn = 0;

  constructor(private readonly options: ObserversOptions) {}

  /** Starts to observe the release, or looks at once if it is observed already. */
  trigger(key: ReleaseKey): void {
    if (this.stopped || !this.options.isMine(key.releaseId)) return;
    this.loopOf(key).kick();
  }

  /** Looks at the release at once if it is observed. Returns whether it is. */
  kick(releaseId: string): boolean {
    const loop = this.loops.get(releaseId);
    loop?.kick();
    return loop !== undefined;
  }

  /** Looks at what is observed there: an object of it has changed. */
  changed(change: WorkloadChange): void {
    for (const loop of this.loops.values()) if (concerns(change, loop.observed)) loop.changed(change);
  }

  /**
   * Compares with the releases that run, as the log has them: starts to observe those that are new to this replica, looks at those that have changed, and ends the others.
   * Returns those that are as they were last loaded.
   */
  reconcile(running: readonly VersionedKey[]): readonly Observed[] {
    if (this.stopped) return [];
    const mine = running.filter(({ releaseId }) => this.options.isMine(releaseId));
    const unchanged = mine.flatMap((key) => {
      const loop = this.loopOf(key);
      const isSame = loop.observed.confirm(key.version);
      if (!isSame || loop.observed.needsLook) loop.kick();
      return isSame ? [loop.observed] : [];
    });
    const ids = new Set(mine.map(({ releaseId }) => releaseId));
    for (const [releaseId, loop] of this.loops) {
      if (ids.has(releaseId)) continue;
      if (this.options.isMine(releaseId)) loop.kick();
      else void this.drop(releaseId, loop);
    }
    return unchanged;
  }

  /** Ids of the releases under observation. */
  get releaseIds(): readonly string[] {
    return [...this.loops.keys()];
  }

  /** Releases that wait for a verdict. */
  get judged(): number {
    return [...this.loops.values()].filter(({ observed }) => observed.isJudged).length;
  }

  get size(): number {
    return this.loops.size;
  }

  /** The next workload under observation, in turns; undefined: there is none. */
  nextWorkload(): { readonly namespace: string; readonly name: string } | undefined {
    const known = [...this.loops.values()].flatMap(({ observed: { namespace, workload } }) => (namespace !== undefined && workload !== undefined ? [{ namespace, name: workload }] : []));
    this.turn += 1;
    return known[this.turn % known.length];
  }

  /** Resolves when no look and no judgement is under way. */
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
  return (namespace === undefined || namespace === own) && (deployment === undefined || deployment === workload || deployment === canaryName(workload));
}

interface LoopOptions {
  readonly onEnd: () => void;
  readonly judgeEveryMs: () => number;
}

class Loop {
  readonly observed: Observed;
  private readonly changes = new PodChanges(() => this.kick());
  private resync: NodeJS.Timeout | undefined;
  private nextJudgement: NodeJS.Timeout | undefined;
  private current: Promise<void> | undefined;
  private judging: Promise<void> | undefined;
  private again = false;
  /** The API server asked for patience: no look before its time has passed, whatever happens. */
  private patient = false;
  private patience: NodeJS.Timeout | undefined;
  private ended = false;

  constructor(
    private readonly key: ReleaseKey,
    private readonly options: ObserversOptions,
    private readonly own: LoopOptions,
  ) {
    this.observed = options.observe(key);
  }

  kick(): void {
    if (this.ended) return;
    this.again = true;
    if (this.patient) return;
    clearTimeout(this.resync);
    this.current ??= this.run();
  }

  changed({ kind, event }: WorkloadChange): void {
    if (kind === 'Pod' && event.type !== 'synced') this.changes.take(event);
    else this.changes.touch();
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
    for (const timer of [this.resync, this.nextJudgement, this.patience]) clearTimeout(timer);
  }

  private async run(): Promise<void> {
    while (this.again && !this.ended && !this.patient) {
      this.again = false;
      await this.handled('observe', () => this.look());
    }
    this.current = undefined;
    if (!this.ended && !this.patient) this.resync = setTimeout(() => this.kick(), this.options.resyncMs());
  }

  private async look(): Promise<void> {
    const look = await this.observed.look();
    if (look === 'looked') this.judge();
    if (look !== 'ended') return;
    this.end();
    await this.judging;
    this.observed.stop();
    this.own.onEnd();
  }

  private judge(): void {
    if (this.judging || this.ended || this.patient || !this.observed.isJudged) return;
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
      this.obey(error);
    });
  }

  private obey(error: unknown): void {
    const seconds = isClusterError(error) ? error.details.retryAfterSeconds : undefined;
    if (!seconds || this.ended) return;
    this.patient = true;
    clearTimeout(this.resync);
    clearTimeout(this.patience);
    this.patience = setTimeout(() => {
      this.patient = false;
      this.kick();
    }, seconds * 1_000);
  }
}
