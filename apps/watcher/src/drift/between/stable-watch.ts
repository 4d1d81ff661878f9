import { compareWithPromoted, isTerminating, REVISION, type Deployment, type SharedInformers } from '@alloy/cluster';
import { InlineConflict, VersionConflict } from '@alloy/event-store';
import type { IdleStable, ReleaseLog, StableVersions } from '@alloy/ledger';
import { aboutTarget, type RunningTemplate } from '@alloy/release';
import { mapParallel } from '@alloy/runtime';
import { nodeActor } from '@alloy/service';
import { stableFinding } from './stable-finding';
import type { DeploymentWithSets } from './stable-reader';

export interface StableWatchDeps {
  readonly stable: Pick<StableVersions, 'idle'>;
  readonly log: Pick<ReleaseLog, 'append'>;
  readonly informers: Pick<SharedInformers, 'followDeployments' | 'unfollowDeployments' | 'deployment'>;
  /** Reads the Deployment and its ReplicaSets live. */
  readonly read: (namespace: string, workload: string) => Promise<DeploymentWithSets>;
  /** Whether this replica compares the version that this release recorded. */
  readonly isMine: (releaseId: string) => boolean;
  readonly onError: (idle: IdleStable, error: unknown) => void;
  /** Monotonic clock, ms. */
  readonly now: () => number;
}

/** A change must last for this time, because a watch may be behind, and a client may write several times. */
const LASTS_MS = 1_000;
/** The list is read again after this time, also if no release has started or ended. */
const REFRESH_MS = 60_000;
/** Time until a comparison that failed is tried again. */
const RETRY_MS = 30_000;
/** How long a workload is followed after a release has started there, so that the watch need not be listed again. */
const LINGER_MS = 10 * 60_000;
const PARALLEL = 4;

interface Followed {
  readonly namespace: string;
  /** Since when no version is idle there, ms; undefined: one is. */
  readonly leftAt?: number;
}

/** What the watch shows that is not in the log, since when, and when it may be compared. */
interface Suspicion {
  readonly shown: string;
  readonly dueAt: number;
}

/**
 * Compares what runs with the stable version where no release runs. It follows only the Deployments, by the shared
 * watch; a live read precedes each record, and only a Deployment whose rollout number has changed is read.
 */
export class StableWatch {
  private idle: readonly IdleStable[] = [];
  private readAt = -Infinity;
  private readonly followed = new Map<string, Followed>();
  private readonly suspicions = new Map<string, Suspicion>();
  /** By place: what the watch showed when the workload was last compared. */
  private readonly compared = new Map<string, string>();

  constructor(private readonly deps: StableWatchDeps) {}

  /** A release has started or ended: reads the list again at the next check. */
  releasesChanged(): void {
    this.readAt = -Infinity;
  }

  /** To be called once a second. Rejects only if the log cannot be read. */
  async check(): Promise<void> {
    if (this.deps.now() - this.readAt >= REFRESH_MS) await this.refresh();
    await mapParallel(this.idle.filter((idle) => this.isDue(idle)), PARALLEL, (idle) => this.compare(idle));
  }

  private async refresh(): Promise<void> {
    const { stable, informers, now } = this.deps;
    this.readAt = now();
    this.idle = await stable.idle().catch((error: unknown) => {
      this.readAt = -Infinity;
      throw error;
    });
    const places = new Set(this.idle.map(placeOf));
    for (const idle of this.idle) {
      informers.followDeployments(idle.target.namespace, placeOf(idle));
      this.followed.set(placeOf(idle), { namespace: idle.target.namespace });
    }
    for (const [place, { namespace, leftAt = now() }] of this.followed) {
      if (places.has(place)) continue;
      this.suspicions.delete(place);
      this.compared.delete(place);
      if (now() - leftAt < LINGER_MS) this.followed.set(place, { namespace, leftAt });
      else this.leave(place, namespace);
    }
  }

  private leave(place: string, namespace: string): void {
    this.deps.informers.unfollowDeployments(namespace, place);
    this.followed.delete(place);
  }

  /** Whether the watch has shown for a second that something else runs than the log says. */
  private isDue(idle: IdleStable): boolean {
    const place = placeOf(idle);
    const shown = this.shownBy(idle);
    if (shown === undefined || shown === this.compared.get(place) || recordedIn(idle).includes(shown)) {
      this.suspicions.delete(place);
      return false;
    }
    const known = this.suspicions.get(place);
    if (known?.shown !== shown) this.suspicions.set(place, { shown, dueAt: this.deps.now() + LASTS_MS });
    return known?.shown === shown && this.deps.now() >= known.dueAt && this.deps.isMine(idle.recordedBy);
  }

  private shownBy({ target: { namespace, workload } }: IdleStable): string | undefined {
    const deployment = this.deps.informers.deployment(namespace, workload);
    return deployment === undefined ? undefined : shownOf(deployment);
  }

  /** Never rejects. */
  private async compare(listed: IdleStable): Promise<void> {
    const place = placeOf(listed);
    try {
      await this.compareLive(listed, place);
    } catch (error) {
      const { shown } = this.suspicions.get(place)!;
      this.suspicions.set(place, { shown, dueAt: this.deps.now() + RETRY_MS });
      this.deps.onError(listed, error);
    }
  }

  /**
   * The list may be older than a release that has started meanwhile. So both before and after the live read no release
   * may run, and the log may not have changed: what was read then is not Alloy's own write.
   */
  private async compareLive(listed: IdleStable, place: string): Promise<void> {
    const { stable, read, log } = this.deps;
    const [before] = await stable.idle(listed);
    if (!before) return this.releasesChanged();
    const { deployment, replicaSets } = await read(before.target.namespace, before.target.workload);
    const comparison = compareWithPromoted({ deployment, replicaSets, stable: before, templates: before.templates });
    if (!comparison) return;
    const [after] = await stable.idle(listed);
    if (after?.recordedBy !== before.recordedBy || after.version !== before.version) return this.releasesChanged();
    const finding = stableFinding(after, comparison, replicaSets);
    if (finding) {
      const key = { releaseId: after.recordedBy, project: after.project, environment: after.environment };
      const facts = [aboutTarget(finding, after.target)];
      await log.append(key, facts, { expected: after.version, actor: nodeActor('watcher') }).catch(unlessAppended);
      this.releasesChanged();
    }
    this.compared.set(place, shownOf(deployment ?? null));
  }
}

const placeOf = ({ project, environment }: IdleStable): string => JSON.stringify([project, environment]);

const GONE = 'gone';
const shownOf = (deployment: Deployment | null): string =>
  deployment === null || isTerminating(deployment)
    ? GONE
    : `${deployment.metadata.uid} ${deployment.metadata.annotations?.[REVISION] ?? ''}`;

/** What the watch shows if the log is up to date. */
function recordedIn({ templates, drift }: IdleStable): readonly string[] {
  const shown = ({ uid, revision }: RunningTemplate): string => `${uid} ${revision}`;
  if (!drift) return templates.map(shown);
  return [drift.template ? shown(drift.template) : GONE];
}

/** Another replica appended first: the next check reads its event. */
function unlessAppended(error: unknown): void {
  if (!(error instanceof VersionConflict || error instanceof InlineConflict)) throw error;
}
