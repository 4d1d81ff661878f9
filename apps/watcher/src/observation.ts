import { ClusterAccessError, ClusterError } from '@alloy/cluster';
import type { StoredEvent } from '@alloy/contracts';
import { followEvents, nodeActor } from '@alloy/service';
import type { ReleaseKey, ReleaseLog, Leases, Measurements } from '@alloy/ledger';
import { isRunning, sameRef, type Current, type Drift, type PlannedState, type ReleaseEvent, type RunningState, type State } from '@alloy/release';
import { AccessWatch } from './access-watch';
import { AnalysisRound } from './analysis/analysis-round';
import type { ClusterReader, Workloads } from './cluster-reader';
import { newDrifts } from './drift/new-drifts';
import { healthFindings } from './health/findings';
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
  /** Called with each change by others that is told. */
  readonly onDrift: (drift: Drift) => void;
}

/** Long enough for a slow look, short enough that another replica soon takes over. */
const LEASE_MS = 4_000;

/** A lease that was taken this short ago need not be renewed: by then it has not run out, however long this process was stopped since. */
const RENEW_MS = 1_000;

/** `ended`: nothing to observe any more. `elsewhere`: another replica holds the lease. */
export type Look = 'looked' | 'elsewhere' | 'ended';

/** One release under observation; a look reads the whole state and the live cluster, and appends what is new. */
export class Observation {
  private readonly analysis: AnalysisRound;
  private readonly pods: PodRecord;
  private readonly access: AccessWatch;
  /** By the monotonic clock, ms. */
  private heldUntil = 0;

  constructor(
    private readonly key: ReleaseKey,
    private readonly deps: ObservationDeps,
  ) {
    this.analysis = new AnalysisRound(deps);
    this.pods = new PodRecord(key.releaseId, deps);
    this.access = new AccessWatch(deps.monotonic);
  }

  async look(): Promise<Look> {
    const { log } = this.deps;
    const { state, events } = await log.load(this.key);
    followEvents(events, 'decision');
    if (!isRunning(state)) return this.end(state);
    if (!(await this.hold())) return 'elsewhere';
    await this.observe(state, events);
    return 'looked';
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

  /** The pods that it ended with stay on record. */
  private async end(state: State): Promise<Look> {
    if ('plan' in state) await this.read(state).then((workloads) => this.pods.close(workloads), ignoreCluster);
    await this.release();
    return 'ended';
  }

  /** A look that does not get through is told, too, and fails all the same. */
  private async observe(state: RunningState, events: readonly StoredEvent[]): Promise<void> {
    try {
      await this.tell(await this.findings(state, events));
      this.access.through();
    } catch (error) {
      const failure = this.access.failed(state.current, error);
      if (failure) await this.tell([failure]);
      throw error;
    }
  }

  private async tell(findings: readonly ReleaseEvent[]): Promise<void> {
    if (findings.length > 0) await this.deps.log.append(this.key, findings, { expected: 'any', actor: nodeActor('watcher') });
  }

  private async findings(state: RunningState, events: readonly StoredEvent[]): Promise<ReleaseEvent[]> {
    const { current } = state;
    if (!current) return [];
    this.deps.follow(namespaceOf(state));
    const workloads = await this.read(state);
    await this.pods.keep(workloads);
    const subject = subjectOf(state);
    return [...(subject ? await this.judged(state, current, asAutoscaled(subject, workloads[subject.track].deployment, events), workloads) : []), ...(await this.drifts(state, current, workloads, events))];
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

  private async judged(state: RunningState, current: Current, subject: Subject, workloads: Workloads): Promise<ReleaseEvent[]> {
    const { deployment, pods } = workloads[subject.track];
    const health = healthFindings(current, subject, deployment, pods);
    if (state.status !== 'releasing' || current.spec.kind !== 'analyse') return health;
    const verdict = await this.analysis.run(state, current.spec, workloads, subject.desired);
    return verdict ? [...health, verdict] : health;
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
