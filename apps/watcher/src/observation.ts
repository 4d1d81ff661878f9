import { ClusterAccessError, ClusterError } from '@alloy/cluster';
import type { StoredEvent } from '@alloy/contracts';
import { followEvents, nodeActor } from '@alloy/service';
import type { Measurements, ReleaseKey, ReleaseLog } from '@alloy/ledger';
import { accessRegained, isRunning, sameRef, type AnalyseStep, type Current, type Drift, type EventOf, type PlannedState, type ReleaseEvent, type RunningState, type State } from '@alloy/release';
import { AccessWatch } from './access-watch';
import { AnalysisRound } from './analysis/analysis-round';
import { WatchedTime } from './analysis/watched-time';
import type { ClusterReader, Workloads } from './cluster-reader';
import { newDrifts } from './drift/new-drifts';
import { healthFindings, type HealthFinding } from './health/findings';
import { newFindings } from './health/new-findings';
import { asAutoscaled, subjectOf, type Subject } from './health/subject';
import { PodRecord, type PodRecordDeps } from './pods/pod-record';

export interface ObservationDeps extends PodRecordDeps {
  readonly log: ReleaseLog;
  readonly measurements: Measurements;
  readonly reader: ClusterReader;
  /** Whether this replica observes the release. */
  readonly isMine: (releaseId: string) => boolean;
  /** Called with the time that was watched since the last call, ms, and for which attempt. */
  readonly onWatched?: (releaseId: string, decision: number, ms: number) => void;
  /** Called with each change by others that is recorded. */
  readonly onDrift: (drift: Drift) => void;
}

/** `ended`: nothing to observe any more. `elsewhere`: another replica observes the release. */
export type Look = 'looked' | 'elsewhere' | 'ended';

/** A change by others lasts longer than the watches may be behind. */
const DRIFT_MS = 1_000;

/** What is judged, again and again until the state changes. */
interface Judged {
  readonly state: RunningState;
  readonly events: readonly StoredEvent[];
  readonly step: AnalyseStep;
  /** Canary pods that should be ready. */
  readonly desired: number;
}

/**
 * One release under observation: `look` compares the whole state with the cluster as its watches report it, and appends what is new.
 * Time counts by `confirm` and `prove`, which are called once a second.
 */
export class Observation {
  /** Where the release runs; undefined before the first look. */
  namespace: string | undefined;
  workload: string | undefined;
  /** The last look failed, or left something to do: look again within a second. */
  needsLook = false;
  private readonly watched: WatchedTime;
  private readonly analysis: AnalysisRound;
  private readonly pods: PodRecord;
  private readonly access: AccessWatch;
  /** Since when the watches show a change by others that is not recorded, by the monotonic clock, ms. */
  private suspectedAt: number | undefined;
  private isSuspicious = false;
  /** As last loaded. */
  private state: RunningState | undefined;
  private judged: Judged | undefined;
  /** The last one that was appended: a look may not know of it yet. */
  private verdict: EventOf<'VerdictReached'> | undefined;

  constructor(
    private readonly key: ReleaseKey,
    private readonly deps: ObservationDeps,
  ) {
    this.watched = new WatchedTime(deps.monotonic);
    this.analysis = new AnalysisRound(deps, this.watched);
    this.pods = new PodRecord(key.releaseId, deps);
    this.access = new AccessWatch(deps.monotonic);
  }

  async look(): Promise<Look> {
    if (!this.deps.isMine(this.key.releaseId)) return this.leave();
    this.needsLook = true;
    const { state, events } = await this.deps.log.load(this.key);
    followEvents(events, 'decision');
    this.judged = undefined;
    if (!isRunning(state)) return this.end(state);
    this.state = state;
    this.watched.turnTo(timedOf(state));
    await this.observe(state, events);
    this.needsLook = this.pods.isBehind || this.isSuspicious;
    return 'looked';
  }

  /** Whether the release is still as it was last loaded, whose stream has this version at this moment. */
  confirm(version: number): boolean {
    if (this.state?.version !== version) return false;
    this.watched.turnTo(timedOf(this.state));
    return true;
  }

  /** Counts the time since it last counted, if the cluster answers at this moment; `failure`: why it does not. To be called after `confirm`. */
  async prove(failure: unknown): Promise<void> {
    const { state, namespace } = this;
    if (!state?.current || namespace === undefined) return;
    const reason = failure ?? this.deps.reader.failure(namespace);
    if (reason !== undefined) return this.lapse(state.current, reason);
    this.access.through();
    this.needsLook ||= state.current.access !== null;
    const before = this.watched.ms;
    this.watched.saw();
    this.deps.onWatched?.(this.key.releaseId, state.current.ref.decision, this.watched.ms - before);
  }

  /** Whether the release waits for a verdict. */
  get isJudged(): boolean {
    return this.judged !== undefined;
  }

  /** Reads and judges the counters of the canary's and stable's pods, if that is what the release waits for. Not to be called again before it has ended. */
  async judge(): Promise<void> {
    if (!this.judged) return;
    const { state, events, step, desired } = this.judged;
    followEvents(events, 'decision');
    const verdict = await this.analysis.run(state, step, await this.read(state), desired);
    if (!verdict || (verdict.data.decision === this.verdict?.data.decision && verdict.data.code === this.verdict.data.code)) return;
    await this.tell([verdict]);
    this.verdict = verdict;
  }

  /** Nothing is observed any more. Idempotent. */
  stop(): void {
    if (this.namespace !== undefined) this.deps.reader.unfollow(this.namespace, this.key.releaseId);
  }

  private leave(): Look {
    this.judged = undefined;
    this.watched.lapse();
    return 'elsewhere';
  }

  /** The pods that it ended with stay on record. */
  private async end(state: State): Promise<Look> {
    if ('plan' in state) await this.read(state).then((workloads) => this.pods.close(workloads), ignoreCluster);
    return 'ended';
  }

  /** A failure to read is recorded, too, and the look fails all the same. */
  private async observe(state: RunningState, events: readonly StoredEvent[]): Promise<void> {
    try {
      if (state.current) await this.see(state, state.current, events);
    } catch (error) {
      await this.lapse(state.current, error);
      throw error;
    }
  }

  private async lapse(current: Current | null, error: unknown): Promise<void> {
    this.watched.lapse();
    const failure = this.access.failed(current, error);
    if (failure) await this.tell([failure]);
  }

  /** Health first: a release that must go back does not wait for anything else. */
  private async see(state: RunningState, current: Current, events: readonly StoredEvent[]): Promise<void> {
    const workloads = await this.read(state);
    const seen = subjectOf(state);
    const subject = seen && asAutoscaled(seen, workloads[seen.track].deployment, events);
    const health = subject ? newFindings(healthOf(current, subject, workloads), current, events) : [];
    // Any other finding says that, too.
    await this.tell(health.length > 0 ? health : regained(state, events));
    await this.pods.keep(workloads);
    await this.tell(await this.drifts(state, current, workloads, events));
    if (subject && state.status === 'releasing' && current.spec.kind === 'analyse') this.judged = { state, events, step: current.spec, desired: subject.desired };
  }

  private async tell(findings: readonly ReleaseEvent[]): Promise<void> {
    if (findings.length > 0) await this.deps.log.append(this.key, findings, { expected: 'any', actor: nodeActor('watcher') });
  }

  /** What looks like the change of another may be Alloy's own: the watches may be behind the state, or a newer decision may have been carried out meanwhile. */
  private async drifts(state: RunningState, current: Current, workloads: Workloads, events: readonly StoredEvent[]): Promise<ReleaseEvent[]> {
    const suspected = newDrifts(state, { stable: workloads.stable.deployment, canary: workloads.canary.deployment }, events);
    if (!this.isLasting(suspected.length > 0)) return [];
    const live = await this.deps.reader.deployments(namespaceOf(state), state.request.workload);
    const found = newDrifts(state, live, events);
    if (found.length === 0) return [];
    const { state: now } = await this.deps.log.load(this.key);
    if (!isRunning(now) || now.current === null || !sameRef(now.current.ref, current.ref)) return [];
    for (const drift of found) this.deps.onDrift(drift);
    return found.map((drift) => ({ type: 'WorkloadDrifted', data: { ...current.ref, ...drift } }));
  }

  /** The watches report a write of Alloy's own a moment later than the log does: only what they show for a second is looked at live. */
  private isLasting(isSuspected: boolean): boolean {
    if (!isSuspected) this.suspectedAt = undefined;
    else this.suspectedAt ??= this.deps.monotonic();
    const lasts = this.suspectedAt !== undefined && this.deps.monotonic() - this.suspectedAt >= DRIFT_MS;
    this.isSuspicious = isSuspected && !lasts;
    return lasts;
  }

  private read(state: PlannedState): Promise<Workloads> {
    this.namespace = namespaceOf(state);
    this.workload = state.request.workload;
    this.deps.reader.follow(this.namespace, this.key.releaseId);
    return this.deps.reader.workloads(this.namespace, this.workload);
  }
}

/** What can't be read any more is no reason to go on looking. */
function ignoreCluster(error: unknown): void {
  if (!(error instanceof ClusterError || error instanceof ClusterAccessError)) throw error;
}

const namespaceOf = ({ plan }: PlannedState): string => plan.steps[0]!.target.namespace;

const healthOf = (current: Current, subject: Subject, workloads: Workloads): readonly HealthFinding[] =>
  healthFindings(current, subject, workloads[subject.track].deployment, workloads[subject.track].pods);

const regained = (state: RunningState, events: readonly StoredEvent[]): readonly ReleaseEvent[] =>
  [accessRegained(state, events, nodeActor('watcher').id)].filter((event) => event !== undefined);

/** What is under way and from when on its time counts: a pause puts that off. Undefined: nothing, or it stands still. */
const timedOf = ({ status, current }: RunningState): string | undefined =>
  status === 'paused' || current === null ? undefined : `${current.ref.decision} from ${current.startedAt}`;
