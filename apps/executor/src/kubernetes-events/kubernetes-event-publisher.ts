import {
  isClusterError, publishEvent, type Cluster, type ObjectEvent, type PublishOutcome, type Reporter,
} from '@alloy/cluster';
import { crashPoint, releaseIdOf } from '@alloy/contracts';
import type { EventStore } from '@alloy/event-store';
import type { Leases, Loaded, ReleaseLog } from '@alloy/ledger';
import { isEnded } from '@alloy/release';
import { kubernetesEventsOf, type UnboundEvent } from './kubernetes-events-of';

export interface KubernetesEventPublisherDeps {
  readonly store: Pick<EventStore, 'readOrdered' | 'lastSeq'>;
  readonly log: Pick<ReleaseLog, 'load' | 'context'>;
  readonly leases: Pick<Leases, 'acquire'>;
  readonly cluster: Pick<Cluster, 'create' | 'get' | 'patch'>;
  readonly reporter: Reporter;
  /** Called with the outcome of each Kubernetes Event; `dropped`: it is not published, because of `why`. */
  readonly onPublished: (outcome: PublishOutcome | 'dropped', why?: unknown) => void;
  /** Monotonic clock, ms. */
  readonly now: () => number;
}

/**
 * Older events of the log are not published: the API server may already have deleted their Kubernetes Events and would
 * create them again. Within this time the names of the Kubernetes Events prevent duplicates, also after a restart.
 */
const MAX_AGE_MS = 10 * 60_000;
/**
 * Number of latest events of the log that are read at the start; on a very busy installation some recent releases are
 * skipped.
 */
const INITIAL_EVENTS = 5_000;
const LEASE_MS = 10_000;
const PAGE = 500;
/** Limit of releases with unpublished events; beyond it the oldest are dropped. */
const MAX_PENDING = 1_000;

/**
 * Publishes the events of each release as Kubernetes Events of its Deployment. It follows the log independently of all
 * effects; a lease ensures that one replica publishes. Best effort: events that the cluster refuses are dropped, and no
 * release waits for them.
 */
export class KubernetesEventPublisher {
  /** Last seq that was read; undefined: none yet. */
  private after: number | undefined;
  private readonly pending = new Set<string>();
  /** By release and name of the Kubernetes Event: the count stored in the cluster. */
  private readonly published = new Map<string, Map<string, number>>();
  /** The Deployment of each unfinished release. */
  private readonly regarding = new Map<string, ObjectEvent['regarding']>();
  /** Monotonic time until which the API server asked not to be called. */
  private holdUntil = 0;

  constructor(private readonly deps: KubernetesEventPublisherDeps) {}

  /**
   * Publishes new events. Rejects if the log cannot be read or the cluster is temporarily unavailable; the next round
   * continues from there.
   */
  async round(): Promise<void> {
    await this.follow();
    const { leases, reporter, now } = this.deps;
    if (this.pending.size === 0 || this.holdUntil > now()) return;
    if ((await leases.acquire('kubernetes-events', reporter.instance, LEASE_MS)) === undefined) return this.dropOld();
    for (const releaseId of [...this.pending]) await this.publish(releaseId);
  }

  private async follow(): Promise<void> {
    const { store } = this.deps;
    for (;;) {
      this.after ??= Math.max(0, (await store.lastSeq()) - INITIAL_EVENTS);
      const page = await store.readOrdered({ after: this.after, limit: PAGE });
      for (const { stream } of page) this.add(releaseIdOf(stream));
      this.after = page.at(-1)?.seq ?? this.after;
      if (page.length < PAGE) return;
    }
  }

  private add(releaseId: string | undefined): void {
    if (releaseId === undefined) return;
    this.pending.add(releaseId);
    if (this.pending.size <= MAX_PENDING) return;
    const [oldest] = this.pending;
    this.pending.delete(oldest!);
    this.deps.onPublished('dropped', new Error(`more than ${MAX_PENDING} releases have unpublished Kubernetes Events`));
  }

  /** Another replica publishes; this one keeps only the releases that it would publish after taking over the lease. */
  private async dropOld(): Promise<void> {
    for (const releaseId of [...this.pending]) {
      if (recent(await this.deps.log.load(releaseId)).length === 0) this.pending.delete(releaseId);
    }
  }

  private async publish(releaseId: string): Promise<void> {
    // Events appended meanwhile, or not published, add the release again at the end of the queue.
    this.pending.delete(releaseId);
    try {
      if (!(await this.publishRelease(releaseId))) this.pending.add(releaseId);
    } catch (error) {
      if (isPermanent(error)) return this.deps.onPublished('dropped', error);
      this.pending.add(releaseId);
      if (isClusterError(error) && error.details.retryAfterSeconds) {
        this.holdUntil = this.deps.now() + error.details.retryAfterSeconds * 1_000;
      }
      throw error;
    }
  }

  /** Resolves with false if there are events to publish and the Deployment does not exist yet. */
  private async publishRelease(releaseId: string): Promise<boolean> {
    const loaded = await this.deps.log.load(releaseId);
    const ended = isEnded(loaded.state);
    const published = this.published.get(releaseId) ?? new Map<string, number>();
    const fresh = recent(loaded).filter(({ name, count }) => (published.get(name) ?? 0) < count);
    const done = fresh.length === 0 || (await this.publishAll(fresh, loaded, published));
    if (ended) this.forget(releaseId);
    else if (published.size > 0) this.published.set(releaseId, published);
    return done || ended;
  }

  private async publishAll(fresh: readonly UnboundEvent[], loaded: Loaded, published: Map<string, number>): Promise<boolean> {
    const regarding = await this.deploymentOf(loaded);
    if (!regarding) return false;
    for (const event of fresh) {
      await this.publishOne({ ...event, regarding });
      crashPoint('executor.after-kubernetes-event');
      published.set(event.name, event.count);
    }
    return true;
  }

  private async publishOne(event: ObjectEvent): Promise<void> {
    const { cluster, reporter, onPublished } = this.deps;
    try {
      onPublished(await publishEvent(cluster, event, reporter));
    } catch (error) {
      if (!isPermanent(error)) throw error;
      onPublished('dropped', error);
    }
  }

  private forget(releaseId: string): void {
    this.published.delete(releaseId);
    this.regarding.delete(releaseId);
  }

  private async deploymentOf({ state }: Loaded): Promise<ObjectEvent['regarding'] | undefined> {
    if (state.status === 'none') return undefined;
    const known = this.regarding.get(state.releaseId);
    if (known) return known;
    const namespace = 'plan' in state ? state.plan.steps[0]!.target.namespace : (await this.deps.log.context(state)).policy.namespace;
    const ref = { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: state.request.workload };
    const found = await this.deps.cluster.get(ref);
    if (!found) return undefined;
    const regarding = { ...ref, uid: found.metadata.uid ?? '' };
    this.regarding.set(state.releaseId, regarding);
    return regarding;
  }
}

/** Whether retrying cannot help. */
const isPermanent = (error: unknown): boolean =>
  isClusterError(error, 'not_found') || (isClusterError(error) && !error.retryable);

const recent = ({ state, events, now }: Loaded): readonly UnboundEvent[] =>
  state.status === 'none' ? [] : kubernetesEventsOf(events, state).filter(({ lastAt }) => Date.parse(lastAt) > now - MAX_AGE_MS);
