import { reachedTraffic, trafficDriftKey } from '@alloy/cluster';
import type { StoredEvent } from '@alloy/contracts';
import type { ReleaseKey, ReleaseLog } from '@alloy/ledger';
import { isRunning, sameRef, type Current, type Drift, type ReleaseEvent, type RunningState } from '@alloy/release';
import type { ClusterReader, Deployments, Workloads } from '../cluster-reader';
import { namespaceOf } from '../namespace-of';
import { LastingDrifts } from './lasting-drifts';
import { newDeletions, wasObserved } from './new-deletions';
import { newDrifts } from './new-drifts';
import { newScaling } from './new-scaling';
import { newTrafficDrifts } from './new-traffic-drifts';

export interface ForeignChangesDeps {
  readonly log: Pick<ReleaseLog, 'load'>;
  readonly reader: Pick<ClusterReader, 'deployments' | 'traffic' | 'liveTraffic'>;
  /** A clock in ms. */
  readonly monotonic: () => number;
  /** Called with each recorded change of a Deployment. */
  readonly onDrift: (drift: Drift) => void;
}

/** A change by another client must last for this time, because the watches may be behind. */
const DRIFT_MS = 1_000;

/**
 * What other clients change in the objects of one release: each method returns the findings that are not recorded yet,
 * each confirmed by a live read.
 */
export class ForeignChanges {
  private readonly traffic: LastingDrifts;
  /** Since when the watches show a change of a Deployment that is not recorded, by the monotonic clock, ms. */
  private suspectedAt: number | undefined;
  private waits = false;
  private hasSeenWorkload = false;

  constructor(
    private readonly key: ReleaseKey,
    private readonly deps: ForeignChangesDeps,
  ) {
    this.traffic = new LastingDrifts(deps.monotonic);
  }

  /** Whether the watches show what has not lasted long enough yet. */
  get isSuspicious(): boolean {
    return this.waits || this.traffic.isSuspicious;
  }

  /**
   * An apparent change by another client may be Alloy's own: the watches may be behind the state, or the executor may
   * have carried out a newer decision meanwhile.
   */
  async drifts(
    state: RunningState, current: Current, workloads: Workloads, events: readonly StoredEvent[],
  ): Promise<ReleaseEvent[]> {
    const observed = { stable: workloads.stable.deployment, canary: workloads.canary.deployment };
    const suspected = newDrifts(state, observed, events);
    if (!this.isLasting(suspected.length > 0)) return [];
    const found = await this.confirmed(state, current, (live) => newDrifts(state, live, events));
    for (const drift of found) this.deps.onDrift(drift);
    return found.map((drift) => ({ type: 'WorkloadDrifted', data: { ...current.ref, ...drift } }));
  }

  /** The Deployments that another client has deleted. */
  async deletions(
    state: RunningState, current: Current, { stable, canary, baseline }: Workloads, events: readonly StoredEvent[],
  ): Promise<readonly ReleaseEvent[]> {
    this.hasSeenWorkload ||= stable.deployment !== undefined || wasObserved(events);
    if (!this.hasSeenWorkload) return [];
    const find = (observed: Deployments) => newDeletions(state, observed, events);
    if (find({ stable: stable.deployment, canary: canary.deployment, baseline: baseline?.deployment }).length === 0) return [];
    return this.confirmed(state, current, find);
  }

  /** The number of pods that an autoscaler has set. */
  async scaling(state: RunningState, current: Current, { stable, canary }: Workloads): Promise<readonly ReleaseEvent[]> {
    const find = (observed: Deployments) => newScaling(state, observed);
    return find({ stable: stable.deployment, canary: canary.deployment }).length > 0 ? this.confirmed(state, current, find) : [];
  }

  /** What is wrong with the objects of the router in a step in which nothing writes to them. */
  async trafficDrifts(state: RunningState, current: Current, events: readonly StoredEvent[]): Promise<readonly ReleaseEvent[]> {
    const { plan: { traffic } } = state;
    const live = traffic && reachedTraffic(state) && this.deps.reader.traffic(namespaceOf(state), this.key.releaseId, traffic);
    const lasting = this.traffic.lasting(live ? newTrafficDrifts(state, live, events) : []);
    if (!traffic || lasting.length === 0) return [];
    const read = await this.deps.reader.liveTraffic(namespaceOf(state), traffic);
    if (!read) {
      this.traffic.forget();
      return [];
    }
    const keys = lasting.map(trafficDriftKey);
    const found = newTrafficDrifts(state, read, events).filter((drift) => keys.includes(trafficDriftKey(drift)));
    const isSame = found.length > 0 && (await this.isStillIn(current));
    return isSame ? found.map((drift) => ({ type: 'TrafficDrifted', data: { ...current.ref, ...drift } })) : [];
  }

  /** What a live read shows, if the release is still in the same step after it. */
  private async confirmed<T>(state: RunningState, current: Current, find: (live: Deployments) => readonly T[]): Promise<readonly T[]> {
    const found = find(await this.deps.reader.deployments(namespaceOf(state), state.request.workload));
    return found.length > 0 && (await this.isStillIn(current)) ? found : [];
  }

  private async isStillIn(current: Current): Promise<boolean> {
    const { state: now } = await this.deps.log.load(this.key);
    return isRunning(now) && now.current !== null && sameRef(now.current.ref, current.ref);
  }

  /**
   * The watches report Alloy's own writes a moment later than the log. Therefore only a change that they show for a
   * second is checked with a live read.
   */
  private isLasting(isSuspected: boolean): boolean {
    if (!isSuspected) this.suspectedAt = undefined;
    else this.suspectedAt ??= this.deps.monotonic();
    const lasts = this.suspectedAt !== undefined && this.deps.monotonic() - this.suspectedAt >= DRIFT_MS;
    this.waits = isSuspected && !lasts;
    return lasts;
  }
}
