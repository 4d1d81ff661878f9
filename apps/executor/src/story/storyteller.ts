import { isClusterError, retryability, tellEvent, type Cluster, type ObjectEvent, type Reporter, type Telling } from '@alloy/cluster';
import { releaseIdOf } from '@alloy/contracts';
import type { EventStore } from '@alloy/event-store';
import type { Leases, Loaded, ReleaseLog } from '@alloy/ledger';
import { isEnded } from '@alloy/release';
import { storyOf, type Told } from './story-of';

export interface StorytellerDeps {
  readonly store: Pick<EventStore, 'readOrdered' | 'lastSeq'>;
  readonly log: Pick<ReleaseLog, 'load' | 'context'>;
  readonly leases: Pick<Leases, 'acquire'>;
  readonly cluster: Pick<Cluster, 'create' | 'get' | 'patch'>;
  readonly reporter: Reporter;
  /** What became of each Event; `dropped`: it is not told, for that reason. */
  readonly onTold: (outcome: Telling | 'dropped', why?: unknown) => void;
  /** Monotonic clock, ms. */
  readonly now: () => number;
}

/**
 * What is older is told no more: the API server may have forgotten by then that it was told, and nobody asks.
 * Until then the names of the Events keep it from being told twice, after a restart too.
 */
const TOLD_FOR_MS = 10 * 60_000;
/** Events of the log before the last one in which the recent ones are looked for at the start: an installation busier than that leaves some out. */
const LOOK_BACK = 5_000;
const LEASE_MS = 10_000;
const PAGE = 500;
/** Releases that wait to be told of; of more than that the oldest are left out. */
const MOST_WAITING = 1_000;

/**
 * Tells the story of each release as Kubernetes Events of its Deployment. It follows the log by itself, apart from all effects, and one replica does it at a time.
 * At best effort: what the cluster does not take is left out, and nothing waits for it.
 */
export class Storyteller {
  /** Last seq that was read; undefined: none yet. */
  private after: number | undefined;
  private readonly waiting = new Set<string>();
  /** By release and name of the Event: the count that the cluster knows. */
  private readonly known = new Map<string, Map<string, number>>();
  /** The Deployment of each release that has not ended. */
  private readonly regarding = new Map<string, ObjectEvent['regarding']>();
  /** Until when the API server asked not to be called. */
  private holdUntil = 0;

  constructor(private readonly deps: StorytellerDeps) {}

  /** Tells what is new. Rejects if the log can't be read, or the cluster takes nothing just now: the next round goes on where this one stopped. */
  async round(): Promise<void> {
    await this.follow();
    const { leases, reporter, now } = this.deps;
    if (this.waiting.size === 0 || this.holdUntil > now()) return;
    if ((await leases.acquire('kubernetes-events', reporter.instance, LEASE_MS)) === undefined) return this.forgetOld();
    for (const releaseId of [...this.waiting]) await this.take(releaseId);
  }

  private async follow(): Promise<void> {
    const { store } = this.deps;
    for (;;) {
      this.after ??= Math.max(0, (await store.lastSeq()) - LOOK_BACK);
      const page = await store.readOrdered({ after: this.after, limit: PAGE });
      for (const { stream } of page) this.await(releaseIdOf(stream));
      this.after = page.at(-1)?.seq ?? this.after;
      if (page.length < PAGE) return;
    }
  }

  private await(releaseId: string | undefined): void {
    if (releaseId === undefined) return;
    this.waiting.add(releaseId);
    if (this.waiting.size <= MOST_WAITING) return;
    const [oldest] = this.waiting;
    this.waiting.delete(oldest!);
    this.deps.onTold('dropped', new Error(`more than ${MOST_WAITING} releases wait to be told of`));
  }

  /** Another replica tells; this one takes over with what is still recent. */
  private async forgetOld(): Promise<void> {
    for (const releaseId of [...this.waiting]) if (recent(await this.deps.log.load(releaseId)).length === 0) this.waiting.delete(releaseId);
  }

  private async take(releaseId: string): Promise<void> {
    // What is appended meanwhile, or could not be told, makes it wait again, behind the others.
    this.waiting.delete(releaseId);
    try {
      if (!(await this.tell(releaseId))) this.waiting.add(releaseId);
    } catch (error) {
      if (isHopeless(error)) return this.deps.onTold('dropped', error);
      this.waiting.add(releaseId);
      if (isClusterError(error) && error.details.retryAfterSeconds) this.holdUntil = this.deps.now() + error.details.retryAfterSeconds * 1_000;
      throw error;
    }
  }

  /** False: there is something to tell of a Deployment that is not there yet. */
  private async tell(releaseId: string): Promise<boolean> {
    const loaded = await this.deps.log.load(releaseId);
    const ended = isEnded(loaded.state);
    const known = this.known.get(releaseId) ?? new Map<string, number>();
    const news = recent(loaded).filter(({ name, count }) => (known.get(name) ?? 0) < count);
    const told = news.length === 0 || (await this.tellAll(news, loaded, known));
    if (ended) this.forget(releaseId);
    else if (known.size > 0) this.known.set(releaseId, known);
    return told || ended;
  }

  private async tellAll(news: readonly Told[], loaded: Loaded, known: Map<string, number>): Promise<boolean> {
    const regarding = await this.deploymentOf(loaded);
    if (!regarding) return false;
    for (const told of news) {
      await this.tellOne({ ...told, regarding });
      known.set(told.name, told.count);
    }
    return true;
  }

  private async tellOne(event: ObjectEvent): Promise<void> {
    const { cluster, reporter, onTold } = this.deps;
    try {
      onTold(await tellEvent(cluster, event, reporter));
    } catch (error) {
      if (!isHopeless(error)) throw error;
      onTold('dropped', error);
    }
  }

  private forget(releaseId: string): void {
    this.known.delete(releaseId);
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

/** Trying again would help nobody. */
const isHopeless = (error: unknown): boolean => isClusterError(error, 'not_found') || (isClusterError(error) && retryability[error.code] === 'never');

const recent = ({ state, events, now }: Loaded): readonly Told[] => (state.status === 'none' ? [] : storyOf(events, state).filter(({ lastAt }) => Date.parse(lastAt) > now - TOLD_FOR_MS));
