import { accessRefusal, isClusterError, LiveStateCache, type SharedInformers } from '@alloy/cluster';
import type { VersionedKey } from '@alloy/ledger';
import type { Refusal } from '@alloy/release';
import { KeyedQueue } from '@alloy/runtime';
import { handling } from '@alloy/service';
import { AccessFailures } from './access-failures';
import { actOnRelease } from './act-on-release';
import type { ExecutorPorts } from './executor-ports';
import { PruneMemory } from './prune-memory';
import { UnansweredCreations } from './unanswered-creations';
import { WaitLimits } from './wait-limits';
import { WaitingReleases } from './waiting-releases';
import { WriteBudget } from './write-budget';

type OwnPorts = 'budget' | 'waitLimits' | 'pruning' | 'cache' | 'sealed' | 'unanswered' | 'expectChanges';

export interface ExecutorOptions extends Omit<ExecutorPorts, OwnPorts | 'informers'> {
  readonly informers: SharedInformers;
  /** Called when work on a release failed. The executor continues with the other releases. */
  readonly onError: (error: unknown, releaseId: string) => void;
  /** Maximum number of releases that the executor works on at the same time; default 6. */
  readonly parallel?: number;
  /** Ms in which a user can renew a token that the API server rejects. */
  readonly accessGraceMs: number;
  /** Monotonic clock, ms. */
  readonly now: () => number;
}

/** The cluster did not answer, or asked the executor not to call it now. */
const isUnavailable = (error: unknown): boolean =>
  accessRefusal(error, 'executor')?.code === 'unreachable' || isClusterError(error, 'too_many_requests');

/** Delay before the executor retries a refused rollback of a stuck release. */
const REFUSED_AGAIN_SECONDS = 30;

/** Time for which the last refusal counts as current. It is longer than the interval of the resync. */
const REFUSED_MS = 10_000;

/**
 * Works on several releases at once, one attempt at a time for each: on a trigger, at the resync, and when their pods
 * change.
 */
export class Executor {
  private readonly queue: KeyedQueue;
  private readonly access: AccessFailures;
  private readonly waiting: WaitingReleases;
  private readonly unanswered: UnansweredCreations;
  private readonly ports: ExecutorPorts;
  /** When the cluster last refused access. */
  private refusedAt = -Infinity;

  constructor(private readonly options: ExecutorOptions) {
    const { informers, now, accessGraceMs, parallel = 6 } = options;
    this.queue = new KeyedQueue((releaseId) => this.act(releaseId), { parallel });
    this.access = new AccessFailures({ ...options, graceMs: accessGraceMs });
    this.waiting = new WaitingReleases({ ...options, act: (releaseId) => void this.queue.add(releaseId).catch(() => undefined) });
    this.unanswered = new UnansweredCreations(options);
    this.ports = {
      ...options,
      budget: new WriteBudget(now), waitLimits: new WaitLimits(now), pruning: new PruneMemory(), cache: new LiveStateCache(informers, now),
      sealed: new Map(), unanswered: this.unanswered,
      expectChanges: (releaseId, workload) => this.waiting.expect(releaseId, workload),
    };
  }

  /**
   * Resolves when what the release awaits from the executor now is done, or waits for pods. Rejects if the work failed.
   */
  trigger(releaseId: string): Promise<void> {
    return this.queue.add(releaseId);
  }

  /** False while the cluster is unavailable or denies access: a trigger that fails then has no fault of its own. */
  canReach(): boolean {
    return this.options.now() - this.refusedAt > REFUSED_MS;
  }

  /** Works on every release that awaits the executor. A release that hangs or fails does not delay the others. */
  async resync(): Promise<void> {
    void this.unanswered.check();
    for (const key of await this.options.log.waitingFor('executor')) this.resyncRelease(key);
  }

  /**
   * Finishes the releases that the executor works on and starts no others: the next executor does. Resolves once all
   * watches are stopped.
   */
  async stop(): Promise<void> {
    await this.queue.stop();
    await this.unanswered.idle();
    this.waiting.stop();
  }

  /**
   * Skips a release that waits for its workload and whose stream has not changed: the watches report a change of its
   * workload.
   */
  private resyncRelease({ releaseId, version }: VersionedKey): void {
    if (this.waiting.isSettled(releaseId, version)) this.options.attempts?.renew(releaseId);
    else void this.queue.add(releaseId).catch(() => undefined);
  }

  private act(releaseId: string): Promise<void> {
    return handling('execute', { release: releaseId }, () => this.actNow(releaseId));
  }

  /** Retries a refused rollback at long intervals. */
  private holdRefused(releaseId: string, { text }: Refusal): void {
    this.queue.hold(releaseId, REFUSED_AGAIN_SECONDS * 1_000);
    this.options.onError(new Error(`the cluster refuses the rollback of the stuck release: ${text}`), releaseId);
  }

  private async actNow(releaseId: string): Promise<void> {
    const { now, onError } = this.options;
    try {
      const progress = await actOnRelease(releaseId, this.ports);
      this.access.forget(releaseId);
      if (progress.kind === 'waiting') return this.waiting.await(releaseId, progress);
      this.waiting.forget(releaseId);
      if (progress.kind === 'refused') this.holdRefused(releaseId, progress.refusal);
      this.options.attempts?.leave(releaseId);
    } catch (error) {
      if (isClusterError(error) && error.details.retryAfterSeconds) this.queue.hold(releaseId, error.details.retryAfterSeconds * 1_000);
      if (accessRefusal(error, 'executor')) this.refusedAt = now();
      if (isUnavailable(error)) this.options.attempts?.leave(releaseId);
      onError(error, releaseId);
      await this.access.record(releaseId, error).catch((failure: unknown) => onError(failure, releaseId));
      throw error;
    }
  }
}
