import { accessRefusal, isClusterError, LiveStateCache, type SharedInformers } from '@alloy/cluster';
import type { VersionedKey } from '@alloy/ledger';
import type { Refusal } from '@alloy/release';
import { handling, KeyedQueue } from '@alloy/service';
import { AccessFailures } from './access-failures';
import { actOnRelease } from './act-on-release';
import type { ExecutorPorts } from './executor-ports';
import { Patience } from './patience';
import { UnansweredCreations } from './unanswered-creations';
import { WaitingReleases } from './waiting-releases';
import { WriteBudget } from './write-budget';

export interface ExecutorOptions extends Omit<ExecutorPorts, 'budget' | 'patience' | 'cache' | 'sealed' | 'unanswered' | 'expectChanges' | 'informers'> {
  readonly informers: SharedInformers;
  /** A release that could not be worked on just now; the others go on. */
  readonly onError: (error: unknown, releaseId: string) => void;
  /** Releases worked on at once; default 6. */
  readonly parallel?: number;
  /** How long a token that the cluster does not know is hoped to be renewed. */
  readonly accessGraceMs: number;
  /** Monotonic clock, ms. */
  readonly now: () => number;
}

/** The cluster did not answer, or asked not to be asked. */
export const isAway = (error: unknown): boolean => accessRefusal(error, 'executor')?.code === 'unreachable' || isClusterError(error, 'too_many_requests');

/** How long a stuck release whose rollback is refused is left alone. */
const REFUSED_AGAIN_SECONDS = 30;

/** For so long after a refusal it counts as still there; a sweep comes in between. */
const REFUSED_MS = 10_000;

/** Works on releases one at a time each, several at once, whenever it is woken, swept, or their pods change. */
export class Executor {
  private readonly queue: KeyedQueue;
  private readonly access: AccessFailures;
  private readonly waiting: WaitingReleases;
  private readonly unanswered: UnansweredCreations;
  private readonly ports: ExecutorPorts;
  /** Releases for which the API server asked not to be called for some time. */
  private readonly held = new Map<string, NodeJS.Timeout>();
  /** When the cluster last let it in no more. */
  private refusedAt = -Infinity;

  constructor(private readonly options: ExecutorOptions) {
    this.queue = new KeyedQueue((releaseId) => this.act(releaseId), { parallel: options.parallel ?? 6 });
    this.access = new AccessFailures({ ...options, graceMs: options.accessGraceMs });
    this.waiting = new WaitingReleases({ ...options, act: (releaseId) => void this.queue.add(releaseId).catch(() => undefined) });
    this.unanswered = new UnansweredCreations(options);
    this.ports = { ...options, budget: new WriteBudget(options.now), patience: new Patience(options.now), cache: new LiveStateCache(options.informers, options.now), sealed: new Map(), unanswered: this.unanswered, expectChanges: (releaseId, workload) => this.waiting.expect(releaseId, workload) };
  }

  /** Resolves when what the release awaits of the executor at this moment is done, or waits for pods. Rejects if it could not be worked on. */
  trigger(releaseId: string): Promise<void> {
    return this.queue.add(releaseId);
  }

  /** False while the cluster is away, or lets nobody in: what fails then is no fault of a wake. */
  canReach(): boolean {
    return this.options.now() - this.refusedAt > REFUSED_MS;
  }

  /** Everything that waits for the executor; one that hangs or fails holds up no other. */
  async sweep(): Promise<void> {
    void this.unanswered.check();
    for (const key of await this.options.log.waitingFor('executor')) this.resync(key);
  }

  /** Finishes the releases that are being worked on and starts no others: the next executor works on them. Resolves once all watches are stopped too. */
  async stop(): Promise<void> {
    await this.queue.stop();
    await this.unanswered.idle();
    for (const timer of this.held.values()) clearTimeout(timer);
    this.held.clear();
    this.waiting.stop();
  }

  /** A release that waits for its workload, and whose stream is as it was acted on, is left to the watches. */
  private resync({ releaseId, version }: VersionedKey): void {
    if (this.waiting.isSettled(releaseId, version)) this.options.attempts?.renew(releaseId);
    else void this.queue.add(releaseId).catch(() => undefined);
  }

  private async act(releaseId: string): Promise<void> {
    if (this.held.has(releaseId)) return;
    await handling('execute', { release: releaseId }, () => this.actNow(releaseId));
  }

  /** What is refused is tried again, but seldom. */
  private holdBack(releaseId: string, { text }: Refusal): void {
    this.hold(releaseId, REFUSED_AGAIN_SECONDS);
    this.options.onError(new Error(`the rollback of the stuck release is refused: ${text}`), releaseId);
  }

  private async actNow(releaseId: string): Promise<void> {
    const { now, onError } = this.options;
    try {
      const progress = await actOnRelease(releaseId, this.ports);
      this.access.forget(releaseId);
      if (progress.kind === 'waiting') return this.waiting.await(releaseId, progress);
      this.waiting.forget(releaseId);
      if (progress.kind === 'refused') this.holdBack(releaseId, progress.refusal);
      this.options.attempts?.leave(releaseId);
    } catch (error) {
      if (isClusterError(error) && error.details.retryAfterSeconds) this.hold(releaseId, error.details.retryAfterSeconds);
      if (accessRefusal(error, 'executor')) this.refusedAt = now();
      if (isAway(error)) this.options.attempts?.leave(releaseId);
      onError(error, releaseId);
      await this.access.met(releaseId, error).catch((failure: unknown) => onError(failure, releaseId));
      throw error;
    }
  }

  /** Does not work on the release before that time has passed, and then at once. */
  private hold(releaseId: string, seconds: number): void {
    const resume = (): void => {
      this.held.delete(releaseId);
      void this.queue.add(releaseId).catch(() => undefined);
    };
    this.held.set(releaseId, setTimeout(resume, seconds * 1_000));
  }
}
