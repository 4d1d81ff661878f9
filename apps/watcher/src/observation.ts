import { ClusterError } from '@alloy/cluster';
import { followEvents, nodeActor } from '@alloy/service';
import type { ReleaseKey, ReleaseLog, Leases, Measurements } from '@alloy/ledger';
import { isRunning, type Current, type PlannedState, type ReleaseEvent, type RunningState, type State } from '@alloy/release';
import { AnalysisRound } from './analysis/analysis-round';
import type { ClusterReader, Workloads } from './cluster-reader';
import { healthFindings } from './health/findings';
import { subjectOf, type Subject } from './health/subject';
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
}

/** Long enough for a slow look, short enough that another replica soon takes over. */
const LEASE_MS = 4_000;

/** `ended`: nothing to observe any more. `elsewhere`: another replica holds the lease. */
export type Look = 'looked' | 'elsewhere' | 'ended';

/** One release under observation; a look reads the whole state and the live cluster, and appends what is new. */
export class Observation {
  private readonly analysis: AnalysisRound;
  private readonly pods: PodRecord;

  constructor(
    private readonly key: ReleaseKey,
    private readonly deps: ObservationDeps,
  ) {
    this.analysis = new AnalysisRound(deps);
    this.pods = new PodRecord(key.releaseId, deps);
  }

  async look(): Promise<Look> {
    const { log, leases, holder } = this.deps;
    const { state, events } = await log.load(this.key);
    followEvents(events, 'decision');
    if (!isRunning(state)) return this.end(state);
    if ((await leases.acquire(this.lease, holder, LEASE_MS)) === undefined) return 'elsewhere';
    const findings = await this.findings(state);
    if (findings.length > 0) await log.append(this.key, findings, { expected: 'any', actor: nodeActor('watcher') });
    return 'looked';
  }

  /** Lets another replica take over at once. */
  async release(): Promise<void> {
    await this.deps.leases.release(this.lease, this.deps.holder);
  }

  /** The pods that it ended with stay on record. */
  private async end(state: State): Promise<Look> {
    if ('plan' in state) await this.read(state).then((workloads) => this.pods.close(workloads), ignoreCluster);
    await this.release();
    return 'ended';
  }

  private async findings(state: RunningState): Promise<ReleaseEvent[]> {
    if (!state.current) return [];
    this.deps.follow(namespaceOf(state));
    const workloads = await this.read(state);
    await this.pods.keep(workloads);
    const subject = subjectOf(state);
    return subject ? this.findingsOf(state, state.current, subject, workloads) : [];
  }

  private async findingsOf(state: RunningState, current: Current, subject: Subject, workloads: Workloads): Promise<ReleaseEvent[]> {
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
  if (!(error instanceof ClusterError)) throw error;
}

const namespaceOf = ({ plan }: PlannedState): string => plan.steps[0]!.target.namespace;
