import type { Bundle } from '@alloy/contracts';
import type { RunningState, TrafficPlan } from '@alloy/release';
import type { Desired } from '../desired';
import { desiredCluster } from '../desired-cluster';
import { isClusterError } from '../errors';
import type { Deployment } from '../json';
import { isReady, isTerminating } from '../pods';
import { needsNoRead } from '../informers/may-be-cached';
import type { Live, LiveWorkload } from '../live';
import { nextWrite } from '../next-write';
import { describeWrite, perform } from '../perform';
import { readLive } from '../read-live';
import { writesOf, type NextWrite, type Write } from '../write';
import { nameHash } from './fixtures';
import { ModelCluster } from './model-cluster';

const MAX_MOVES = 3_000;

/** Numbers of ready pods. */
export interface ReadyPods {
  readonly web: number;
  /** Of both tracks. */
  readonly total: number;
  /** Of the baseline; absent: none. */
  readonly baseline?: number;
}

/** Plays the executor on a model cluster: it gets the next write, performs it, and reports it to the test. */
export class Rig {
  readonly cluster = new ModelCluster();
  /** Requested share of the traffic of stable, 0..1. Tests set and read it. */
  stableShare = 1;
  /** Called after each successful write, with the ready pods before and after it. */
  onWrite: (write: Write, before: ReadyPods, after: ReadyPods) => void = () => undefined;
  private moves = 0;
  /** Seconds of each wait for the last requests to the canary, which `finish` skips. */
  readonly drains: number[] = [];
  private drainIsOver = false;

  async ask(state: RunningState, bundle: Bundle, stable: Bundle | null): Promise<NextWrite> {
    return nextWrite(this.desired(state, bundle, stable), await this.readLive(bundle, stable, state.plan.traffic));
  }

  /** As `ask`, after any wait for the last requests. */
  async askDrained(state: RunningState, bundle: Bundle, stable: Bundle | null): Promise<NextWrite> {
    this.drainIsOver = true;
    const next = await this.ask(state, bundle, stable);
    this.drainIsOver = false;
    return next;
  }

  readLive(bundle: Bundle, stable: Bundle | null, traffic?: TrafficPlan): Promise<Live> {
    const shared = [...bundle.objects, ...(stable?.objects ?? [])];
    return readLive(this.cluster, { namespace: 'shop', workload: 'web', project: 'shop', shared, traffic });
  }

  /**
   * The write that is allowed without a live read, according to an earlier live read and to Deployments as the watches
   * have reported them since.
   */
  askCached(state: RunningState, bundle: Bundle, stable: Bundle | null, earlier: Live): Write | undefined {
    const watched = (workload: LiveWorkload | null): LiveWorkload | null => {
      const object = workload && (this.cluster.find('Deployment', workload.object.metadata.name) as Deployment | undefined);
      return object ? { ...workload, object, replicas: object.spec.replicas ?? 1 } : null;
    };
    const cached = { ...earlier, web: watched(earlier.web), canary: watched(earlier.canary), baseline: watched(earlier.baseline ?? null) };
    const next = nextWrite(this.desired(state, bundle, stable), cached);
    return next.kind === 'write' && needsNoRead(next.write, cached) ? next.write : undefined;
  }

  /** Performs the write. False: the cluster refused it, because the live object has changed. */
  async perform(write: Write): Promise<boolean> {
    this.move(`gets an endless series of writes: ${describeWrite(write)}`);
    const before = this.readyPods();
    try {
      await perform(this.cluster, write);
    } catch (error) {
      if (isClusterError(error, 'conflict', 'already_exists', 'not_found')) return false;
      throw error;
    }
    this.onWrite(write, before, this.readyPods());
    return true;
  }

  private desired(state: RunningState, bundle: Bundle, stable: Bundle | null): Desired {
    const desired = desiredCluster({ installation: 'alloy', state, bundle, stable, nameHash, drainIsOver: this.drainIsOver });
    if (!desired) throw new Error('the step has no effect');
    return desired;
  }

  /**
   * Performs writes until the step is done or cannot continue; pods become ready while it waits. Returns the last
   * result and the writes in order.
   */
  async finish(
    state: RunningState,
    bundle: Bundle,
    stable: Bundle | null,
  ): Promise<{ readonly last: NextWrite; readonly writes: readonly Write[] }> {
    const writes: Write[] = [];
    this.drainIsOver = false;
    for (let round = 0; round < 500; round += 1) {
      const next = await this.ask(state, bundle, stable);
      if (next.kind === 'write') {
        for (const write of writesOf(next)) if (await this.perform(write)) writes.push(write);
      } else if (next.kind === 'wait' && next.for === 'traffic_drained') {
        this.drains.push(next.seconds ?? 0);
        this.drainIsOver = true;
      } else if (next.kind !== 'wait' || !this.settle()) {
        return { last: next, writes };
      }
    }
    throw new Error('the step does not end');
  }

  /** Performs one controller step for each Deployment, and makes all healthy pods ready. False: nothing has changed. */
  settle(isHealthy: (release: string | undefined) => boolean = () => true): boolean {
    this.move('does not settle');
    const moved = ['web', 'web-canary', 'web-baseline'].map((name) => this.cluster.reconcile(name));
    let ready = false;
    for (const pod of this.cluster.all('Pod')) {
      if (isTerminating(pod) || isReady(pod) || !isHealthy(pod.metadata.labels?.['alloy.dev/release'])) continue;
      this.cluster.setReady(pod, true);
      ready = true;
    }
    return ready || moved.includes(true);
  }

  /** Fails a test with an endless loop: the limit is far above the number of moves of any test. */
  private move(what: string): void {
    this.moves += 1;
    if (this.moves > MAX_MOVES) throw new Error(`the cluster ${what}`);
  }

  readyPods(): ReadyPods {
    const web = this.cluster.readyPods('web');
    const total = web + this.cluster.readyPods('web-canary');
    const baseline = this.cluster.readyPods('web-baseline');
    return { web, total, ...(baseline > 0 && { baseline }) };
  }
}
