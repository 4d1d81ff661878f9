import { ClusterAccessError, ClusterError } from '@alloy/cluster';
import { crashPoint, type StoredEvent } from '@alloy/contracts';
import { followEvents, nodeActor } from '@alloy/service';
import type { Measurements, ReleaseKey, ReleaseLog } from '@alloy/ledger';
import {
  aboutTarget, accessRegained, isRunning, isSuspended, releaseTarget, type AnalyseStep, type Current,
  type EventOf, type Payloads, type PlannedState, type ReleaseEvent, type RunningState, type State,
} from '@alloy/release';
import { AccessWatch } from './access-watch';
import { AnalysisRound } from './analysis/analysis-round';
import { WatchedTime } from './analysis/watched-time';
import type { ClusterReader, Workloads } from './cluster-reader';
import { ForeignChanges, type ForeignChangesDeps } from './drift/foreign-changes';
import { isGone } from './drift/new-deletions';
import { allowedRestarts } from './health/allowed-restarts';
import { healthFindings, type HealthFinding } from './health/findings';
import { waitsForConfig, type Circumstances } from './health/missing-config';
import { newFindings } from './health/new-findings';
import { asAutoscaled, subjectOf, type Subject } from './health/subject';
import { namespaceOf } from './namespace-of';
import { PodRecord, type PodRecordDeps } from './pods/pod-record';
import { tracksOf } from './pods/tracks-of';

export interface ObservationDeps extends PodRecordDeps, ForeignChangesDeps {
  readonly log: ReleaseLog;
  readonly measurements: Measurements;
  readonly reader: ClusterReader;
  /** Whether this replica observes the release. */
  readonly isMine: (releaseId: string) => boolean;
  /** Called with the attempt and the time that was watched since the last call, ms. */
  readonly onWatched?: (releaseId: string, decision: number, ms: number) => void;
}

/** `ended`: the release has ended. `elsewhere`: another replica observes the release. */
export type ObservationResult = 'observed' | 'elsewhere' | 'ended';

/** The analysis that `judge` repeats until the state changes. */
interface Judged {
  readonly state: RunningState;
  readonly events: readonly StoredEvent[];
  readonly step: AnalyseStep;
  /** Canary pods that should be ready. */
  readonly desired: number;
}

/**
 * The observation of one release: `observe` compares the whole state with the cluster as the watches report it, and
 * appends new findings. Time counts by `confirm` and `prove`, which the watcher calls once a second.
 */
export class Observation {
  /** Where the release runs; undefined before the first observation. */
  namespace: string | undefined;
  workload: string | undefined;
  /** The last observation failed or left something to do: observe again within a second. */
  needsObservation = false;
  private readonly watched: WatchedTime;
  private readonly analysis: AnalysisRound;
  private readonly pods: PodRecord;
  private readonly access: AccessWatch;
  private readonly changes: ForeignChanges;
  /** The state that was loaded last. */
  private state: RunningState | undefined;
  private judged: Judged | undefined;
  /** The last verdict that was appended: the state of a concurrent observation may not contain it. */
  private verdict: EventOf<'VerdictReached'> | undefined;

  constructor(
    private readonly key: ReleaseKey,
    private readonly deps: ObservationDeps,
  ) {
    this.watched = new WatchedTime(deps.monotonic);
    this.analysis = new AnalysisRound(deps, this.watched);
    this.pods = new PodRecord(key.releaseId, deps);
    this.access = new AccessWatch(deps.monotonic);
    this.changes = new ForeignChanges(key, deps);
  }

  async observe(): Promise<ObservationResult> {
    if (!this.deps.isMine(this.key.releaseId)) return this.leave();
    this.needsObservation = true;
    const { state, events, now } = await this.deps.log.load(this.key);
    followEvents(events, 'decision');
    this.judged = undefined;
    if (!isRunning(state)) return this.end(state);
    this.state = state;
    this.watched.watch(timedSubject(state));
    await this.observeState(state, events, now);
    const isLate = waitsForConfig(state.current, missingAtInspection(events));
    this.needsObservation = this.pods.isBehind || this.changes.isSuspicious || isLate;
    return 'observed';
  }

  /** Whether the state that was loaded last is current. `version`: version of the release's stream now. */
  confirm(version: number): boolean {
    if (this.state?.version !== version) return false;
    this.watched.watch(timedSubject(this.state));
    return true;
  }

  /**
   * Counts the time since the last count if the cluster answers now. `failure`: why it does not. To be called after
   * `confirm`.
   */
  async prove(failure: unknown): Promise<void> {
    const { state, namespace } = this;
    if (!state?.current || namespace === undefined) return;
    const reason = failure ?? this.deps.reader.failure(namespace);
    if (reason !== undefined) return this.recordFailure(state.current, reason);
    this.access.succeeded();
    this.needsObservation ||= state.current.access !== null;
    const before = this.watched.ms;
    this.watched.confirm();
    this.deps.onWatched?.(this.key.releaseId, state.current.ref.decision, this.watched.ms - before);
  }

  /** Whether the release waits for a verdict. */
  get isJudged(): boolean {
    return this.judged !== undefined;
  }

  /**
   * Reads and judges the counters of the pods of both tracks if the release waits for a verdict. The caller must wait
   * for the end of one call before the next.
   */
  async judge(): Promise<void> {
    if (!this.judged) return;
    const { state, events, step, desired } = this.judged;
    followEvents(events, 'decision');
    const workloads = tracksOf(state, await this.read(state));
    if (isGone(workloads.canary.deployment)) return;
    const verdict = await this.analysis.run(state, step, workloads, desired);
    if (!verdict || (verdict.data.decision === this.verdict?.data.decision && verdict.data.code === this.verdict.data.code)) return;
    await this.append([verdict]);
    this.verdict = verdict;
  }

  /** Ends the observation. Idempotent. */
  stop(): void {
    if (this.namespace !== undefined) this.deps.reader.unfollow(this.namespace, this.key.releaseId);
  }

  /** A replica that was frozen loses its releases for a moment, and no event need come when it has them again. */
  private leave(): ObservationResult {
    this.needsObservation = true;
    this.judged = undefined;
    this.watched.discard();
    return 'elsewhere';
  }

  /** Records the last pods of the release. */
  private async end(state: State): Promise<ObservationResult> {
    if ('plan' in state) await this.read(state).then((workloads) => this.pods.close(tracksOf(state, workloads)), ignoreCluster);
    return 'ended';
  }

  /** Observes the state. If the cluster cannot be read, records the failure and rejects. */
  private async observeState(state: RunningState, events: readonly StoredEvent[], now: number): Promise<void> {
    try {
      if (state.current) await this.observeStep(state, state.current, events, now);
    } catch (error) {
      await this.recordFailure(state.current, error);
      throw error;
    }
  }

  private async recordFailure(current: Current | null, error: unknown): Promise<void> {
    this.watched.discard();
    const failure = this.access.failed(current, error);
    if (failure) await this.append([failure]);
  }

  /** Appends the health findings first: nothing else may delay a rollback. */
  private async observeStep(state: RunningState, current: Current, events: readonly StoredEvent[], now: number): Promise<void> {
    const workloads = await this.read(state);
    const tracks = tracksOf(state, workloads);
    const planned = subjectOf(state);
    const subject = planned && asAutoscaled(planned, tracks[planned.track].deployment, events);
    const circumstances = { now, missing: missingAtInspection(events), restarts: allowedRestarts(state) };
    const health = subject ? newFindings(healthOf(current, subject, tracks, circumstances), current, events) : [];
    // A health finding also shows that the watcher has access again.
    await this.append(health.length > 0 ? health : regained(state, events));
    await this.append(await this.changes.deletions(state, current, workloads, events));
    await this.append(await this.changes.scaling(state, current, workloads));
    await this.append(await this.changes.trafficDrifts(state, current, events));
    await this.pods.update(tracks);
    await this.append(await this.changes.drifts(state, current, workloads, events));
    if (!subject || state.status !== 'releasing' || current.spec.kind !== 'analyse') return;
    this.judged = { state, events, step: current.spec, desired: subject.desired };
  }

  private async append(findings: readonly ReleaseEvent[]): Promise<void> {
    if (findings.length === 0) return;
    const { state } = this;
    const facts = state ? findings.map((finding) => aboutTarget(finding, releaseTarget(state))) : findings;
    crashPoint('watcher.before-facts');
    await this.deps.log.append(this.key, facts, { expected: 'any', actor: nodeActor('watcher') });
    crashPoint('watcher.after-facts');
  }

  private read(state: PlannedState): Promise<Workloads> {
    this.namespace = namespaceOf(state);
    this.workload = state.request.workload;
    this.deps.reader.follow(this.namespace, this.key.releaseId);
    return this.deps.reader.workloads(this.namespace, this.workload);
  }
}

/** The observation of an ended release ends even if the cluster cannot be read. */
function ignoreCluster(error: unknown): void {
  if (!(error instanceof ClusterError || error instanceof ClusterAccessError)) throw error;
}

const healthOf = (
  current: Current, subject: Subject, workloads: Workloads, circumstances: Circumstances,
): readonly HealthFinding[] =>
  healthFindings(current, subject, workloads[subject.track].deployment, workloads[subject.track].pods, circumstances);

const missingAtInspection = (events: readonly StoredEvent[]): Circumstances['missing'] =>
  (events.findLast(({ type }) => type === 'TargetInspected')?.data as Payloads['TargetInspected'] | undefined)?.missing;

const regained = (state: RunningState, events: readonly StoredEvent[]): readonly ReleaseEvent[] =>
  [accessRegained(state, events, nodeActor('watcher').id)].filter((event) => event !== undefined);

/**
 * The attempt whose time counts, with its start, which a pause moves. Undefined: there is none, or the release is
 * paused.
 */
const timedSubject = (state: RunningState): string | undefined =>
  isSuspended(state) || state.current === null ? undefined : `${state.current.ref.decision} from ${state.current.startedAt}`;
