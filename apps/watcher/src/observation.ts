import { followEvents, nodeActor } from '@alloy/service';
import type { ReleaseKey, ReleaseLog, Leases, Measurements } from '@alloy/ledger';
import { isRunning, type ReleaseEvent, type RunningState } from '@alloy/release';
import { AnalysisRound } from './analysis/analysis-round';
import type { ClusterReader } from './cluster-reader';
import { healthFindings } from './health/findings';
import { subjectOf } from './health/subject';

export interface ObservationDeps {
  readonly log: ReleaseLog;
  readonly leases: Leases;
  readonly measurements: Measurements;
  readonly reader: ClusterReader;
  /** This replica's name, as the holder of leases. */
  readonly holder: string;
  /** Called with the namespace that is looked at: its pods' changes are worth a look. */
  readonly follow: (namespace: string) => void;
  /** A monotonic clock in ms. */
  readonly monotonic: () => number;
}

/** Long enough for a slow look, short enough that another replica soon takes over. */
const LEASE_MS = 4_000;

/** `ended`: nothing to observe any more. `elsewhere`: another replica holds the lease. */
export type Look = 'looked' | 'elsewhere' | 'ended';

/** One release under observation; a look reads the whole state and the live cluster, and appends what is new. */
export class Observation {
  private readonly analysis: AnalysisRound;

  constructor(
    private readonly key: ReleaseKey,
    private readonly deps: ObservationDeps,
  ) {
    this.analysis = new AnalysisRound(deps);
  }

  async look(): Promise<Look> {
    const { log, leases, holder } = this.deps;
    const { state, events } = await log.load(this.key);
    followEvents(events, 'decision');
    if (!isRunning(state)) return this.end();
    if ((await leases.acquire(this.lease, holder, LEASE_MS)) === undefined) return 'elsewhere';
    const findings = await this.findings(state);
    if (findings.length > 0) await log.append(this.key, findings, { expected: 'any', actor: nodeActor('watcher') });
    return 'looked';
  }

  /** Lets another replica take over at once. */
  async release(): Promise<void> {
    await this.deps.leases.release(this.lease, this.deps.holder);
  }

  private async end(): Promise<Look> {
    await this.release();
    return 'ended';
  }

  private async findings(state: RunningState): Promise<ReleaseEvent[]> {
    const subject = subjectOf(state);
    if (!state.current || !subject) return [];
    this.deps.follow(subject.namespace);
    const view = await this.deps.reader.workload(subject.namespace, subject.deployment);
    const health = healthFindings(state.current, subject, view.deployment, view.pods);
    if (state.status !== 'releasing' || state.current.spec.kind !== 'analyse') return health;
    const verdict = await this.analysis.run(state, state.current.spec, view, subject.desired);
    return verdict ? [...health, verdict] : health;
  }

  private get lease(): string {
    return `observe/${this.key.releaseId}`;
  }
}
