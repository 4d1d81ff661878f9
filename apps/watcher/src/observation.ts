import { ClusterAccessError, ClusterError } from '@alloy/cluster';
import type { StoredEvent } from '@alloy/contracts';
import { followEvents, nodeActor } from '@alloy/service';
import type { ReleaseKey, ReleaseLog, Leases, Measurements } from '@alloy/ledger';
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
  readonly leases: Leases;
  readonly measurements: Measurements;
  readonly reader: ClusterReader;
  /** This replica's name, as the holder of leases. */
  readonly holder: string;
  /** Called with the namespace that is looked at: its pods' changes are worth a look. */
  readonly follow: (namespace: string) => void;
  /** Called with the time that was watched since the last call, ms, and for which attempt. Default: nobody proves it. */
  readonly onWatched?: (releaseId: string, decision: number, ms: number) => void;
  /** Called with each change by others that is told. */
  readonly onDrift: (drift: Drift) => void;
}

/** Long enough for a slow look, short enough that another replica soon takes over. */
const LEASE_MS = 4_000;

/** A lease that was taken this short ago need not be renewed: by then it has not run out, however long this process was stopped since. */
const RENEW_MS = 1_000;

/** `ended`: nothing to observe any more. `elsewhere`: another replica holds the lease. */
export type Look = 'looked' | 'elsewhere' | 'ended';

/** What a look leaves to be judged. */
interface Seen {
  readonly state: RunningState;
  readonly events: readonly StoredEvent[];
  readonly step: AnalyseStep;
  readonly workloads: Workloads;
  /** Canary pods that should be ready. */
  readonly desired: number;
}

/** One release under observation; a look reads the whole state and the live cluster, and appends what is new. */
export class Observation {
  /** Where the release runs; undefined before the first look. */
  namespace: string | undefined;
  private readonly watched: WatchedTime;
  private readonly analysis: AnalysisRound;
  private readonly pods: PodRecord;
  private readonly access: AccessWatch;
  private seen: Seen | undefined;
  /** The last one that was appended: a look may not know of it yet. */
  private verdict: EventOf<'VerdictReached'> | undefined;
  /** By the monotonic clock, ms. */
  private heldUntil = 0;

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
    this.seen = undefined;
    const { state, events } = await this.deps.log.load(this.key);
    followEvents(events, 'decision');
    if (!isRunning(state)) return this.end(state);
    if (!(await this.hold())) return this.leave();
    this.watched.turnTo(timedOf(state));
    await this.observe(state, events);
    return 'looked';
  }

  /** Reads and judges the counters of the pods that the last look saw, if that is what the release waits for. Not to be called again before it has ended. */
  async judge(): Promise<void> {
    if (!this.seen) return;
    const { state, events, step, workloads, desired } = this.seen;
    followEvents(events, 'decision');
    const verdict = await this.analysis.run(state, step, workloads, desired);
    if (!verdict || (verdict.data.decision === this.verdict?.data.decision && verdict.data.code === this.verdict.data.code)) return;
    await this.tell([verdict]);
    this.verdict = verdict;
  }

  private async hold(): Promise<boolean> {
    const { leases, holder, monotonic } = this.deps;
    const now = monotonic();
    if (now < this.heldUntil) return true;
    const isHeld = (await leases.acquire(this.lease, holder, LEASE_MS)) !== undefined;
    this.heldUntil = isHeld ? now + RENEW_MS : 0;
    return isHeld;
  }

  /** Lets another replica take over at once. */
  async release(): Promise<void> {
    this.heldUntil = 0;
    await this.deps.leases.release(this.lease, this.deps.holder);
  }

  private leave(): Look {
    this.watched.lapse();
    return 'elsewhere';
  }

  /** The pods that it ended with stay on record. */
  private async end(state: State): Promise<Look> {
    if ('plan' in state) await this.read(state).then((workloads) => this.pods.close(workloads), ignoreCluster);
    await this.release();
    return 'ended';
  }

  /** A look that does not get through is told, too, and fails all the same. */
  private async observe(state: RunningState, events: readonly StoredEvent[]): Promise<void> {
    try {
      if (state.current) await this.see(state, state.current, events);
      this.access.through();
    } catch (error) {
      this.watched.lapse();
      const failure = this.access.failed(state.current, error);
      if (failure) await this.tell([failure]);
      throw error;
    }
  }

  /** Health first: a release that must go back does not wait for anything else. */
  private async see(state: RunningState, current: Current, events: readonly StoredEvent[]): Promise<void> {
    this.namespace = namespaceOf(state);
    this.deps.follow(this.namespace);
    const workloads = await this.read(state);
    this.prove(current);
    const seen = subjectOf(state);
    const subject = seen && asAutoscaled(seen, workloads[seen.track].deployment, events);
    const health = subject ? newFindings(healthOf(current, subject, workloads), current, events) : [];
    // Whatever else is told says that, too.
    await this.tell(health.length > 0 ? health : regained(state, events));
    await this.pods.keep(workloads);
    await this.tell(await this.drifts(state, current, workloads, events));
    if (subject && state.status === 'releasing' && current.spec.kind === 'analyse') this.seen = { state, events, step: current.spec, workloads, desired: subject.desired };
  }

  /** What was looked at could be seen: the time until now counts. */
  private prove({ ref }: Current): void {
    const before = this.watched.ms;
    this.watched.saw();
    this.deps.onWatched?.(this.key.releaseId, ref.decision, this.watched.ms - before);
  }

  private async tell(findings: readonly ReleaseEvent[]): Promise<void> {
    if (findings.length > 0) await this.deps.log.append(this.key, findings, { expected: 'any', actor: nodeActor('watcher') });
  }

  /** What looks like others' doing may be Alloy's own, if a newer decision was carried out while this look was taken. */
  private async drifts(state: RunningState, current: Current, workloads: Workloads, events: readonly StoredEvent[]): Promise<ReleaseEvent[]> {
    const found = newDrifts(state, workloads, events);
    if (found.length === 0) return [];
    const { state: now } = await this.deps.log.load(this.key);
    if (!isRunning(now) || now.current === null || !sameRef(now.current.ref, current.ref)) return [];
    for (const drift of found) this.deps.onDrift(drift);
    return found.map((drift) => ({ type: 'WorkloadDrifted', data: { ...current.ref, ...drift } }));
  }

  private read(state: PlannedState): Promise<Workloads> {
    return this.deps.reader.workloads(namespaceOf(state), state.request.workload);
  }

  private get lease(): string {
    return `observe/${this.key.releaseId}`;
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
