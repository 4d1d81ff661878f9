import type { LivenessProbe } from '@alloy/cluster';
import type { HeartbeatStore, ObservedPods, ReleaseLog, Replicas } from '@alloy/ledger';
import { isRunning, runningStatuses } from '@alloy/release';
import type { Observers } from './observers';
import type { WatchedAttempts } from './watched-attempts';

export interface WatcherDeps {
  readonly log: Pick<ReleaseLog, 'load' | 'withStatus'>;
  readonly observers: Observers;
  readonly replicas: Pick<Replicas, 'renew' | 'leave'>;
  readonly probe: Pick<LivenessProbe, 'check'>;
  readonly attempts: WatchedAttempts;
  readonly heartbeats: Pick<HeartbeatStore, 'record'>;
  readonly observedPods: Pick<ObservedPods, 'confirm'>;
}

/** Ticks between two confirmations that the recorded pods are still observed. */
const CONFIRM_TICKS = 10;

/** Observes the releases that run and belong to this replica: by trigger, by their changes, and by a tick once a second. */
export class Watcher {
  private ticks = 0;

  constructor(private readonly deps: WatcherDeps) {}

  async trigger(releaseId: string): Promise<void> {
    const { log, observers } = this.deps;
    if (observers.kick(releaseId)) return;
    const { state } = await log.load(releaseId);
    if (isRunning(state)) observers.trigger({ releaseId, project: state.project, environment: state.environment });
  }

  /**
   * Once a second, for all releases together: renews this replica's lease, compares with the log, and records the time that was watched.
   * Time counts if the release was still the same by the log, the API server answered after that, and Postgres has recorded it.
   */
  async tick(): Promise<void> {
    const { log, observers, replicas, probe, attempts, heartbeats, observedPods } = this.deps;
    await replicas.renew();
    const unchanged = observers.reconcile(await log.withStatus(runningStatuses));
    const workload = observers.nextWorkload();
    if (!workload) return;
    const failure = await probe.check({ apiVersion: 'apps/v1', kind: 'Deployment', ...workload });
    for (const observed of unchanged) await observed.prove(failure);
    await heartbeats.record('watcher', attempts.take());
    if (failure === undefined && (this.ticks += 1) % CONFIRM_TICKS === 0) await observedPods.confirm(observers.releaseIds);
  }

  async stop(): Promise<void> {
    await this.deps.observers.stop();
    await this.deps.replicas.leave();
  }
}
