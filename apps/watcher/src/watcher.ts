import type { LivenessProbe, TrafficInformers } from '@alloy/cluster';
import { crashPoint } from '@alloy/contracts';
import type { HeartbeatStore, ObservedPods, ReleaseList, ReleaseLog, Replicas } from '@alloy/ledger';
import { isRunning, runningStatuses } from '@alloy/release';
import type { StableWatch } from './drift/between/stable-watch';
import type { Observers } from './observers';
import type { WatchedAttempts } from './watched-attempts';

export interface WatcherDeps {
  readonly log: Pick<ReleaseLog, 'load' | 'listWithStatus'>;
  readonly observers: Observers;
  readonly replicas: Pick<Replicas, 'renew' | 'leave'>;
  readonly probe: Pick<LivenessProbe, 'check'>;
  readonly attempts: WatchedAttempts;
  readonly heartbeats: Pick<HeartbeatStore, 'record'>;
  readonly observedPods: Pick<ObservedPods, 'confirm'>;
  readonly routers: Pick<TrafficInformers, 'stop'>;
  readonly stableWatch: Pick<StableWatch, 'check' | 'releasesChanged'>;
}

/** Ticks between two confirmations that the recorded pods are still observed. */
const CONFIRM_TICKS = 10;

/**
 * Observes the running releases that belong to this replica: on a trigger, on a change of their objects, and at a tick
 * once a second.
 */
export class Watcher {
  private ticks = 0;
  private running: ReleaseList | undefined;

  constructor(private readonly deps: WatcherDeps) {}

  async trigger(releaseId: string): Promise<void> {
    const { log, observers } = this.deps;
    if (observers.triggerKnown(releaseId)) return;
    const { state } = await log.load(releaseId);
    if (isRunning(state)) observers.trigger({ releaseId, project: state.project, environment: state.environment });
  }

  /**
   * To be called once a second: renews this replica's lease, compares its releases with the log, and records the
   * watched time of all releases. Time counts if the log has no new event of the release, the API server answered after
   * that was read, and Postgres has stored the time.
   */
  async tick(): Promise<void> {
    const { log, observers, replicas, probe, attempts, heartbeats, observedPods } = this.deps;
    await replicas.renew();
    crashPoint('watcher.after-lease');
    const before = this.running;
    this.running = await log.listWithStatus(runningStatuses, before);
    if (this.running !== before && idsOf(this.running) !== idsOf(before)) this.deps.stableWatch.releasesChanged();
    const unchanged = observers.reconcile(this.running.releases);
    const workload = observers.nextWorkload();
    if (!workload) return;
    const failure = await probe.check({ apiVersion: 'apps/v1', kind: 'Deployment', ...workload });
    for (const observed of unchanged) await observed.prove(failure);
    await heartbeats.record('watcher', attempts.take());
    if (failure === undefined && (this.ticks += 1) % CONFIRM_TICKS === 0) await observedPods.confirm(observers.releaseIds);
  }

  /** To be called once a second: compares what runs with the stable versions where no release runs. */
  async compareStable(): Promise<void> {
    await this.deps.stableWatch.check();
  }

  async stop(): Promise<void> {
    await this.deps.observers.stop();
    this.deps.routers.stop();
    await this.deps.replicas.leave();
  }
}

const idsOf = (list: ReleaseList | undefined): string | undefined => list?.releases.map(({ releaseId }) => releaseId).join();
