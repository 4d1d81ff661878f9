import type { Bundle } from '@alloy/contracts';
import type { RunningState } from '@alloy/release';
import { desiredCluster, type Desired } from '../desired';
import { isClusterError } from '../errors';
import type { Deployment } from '../json';
import { isReady, isTerminating } from '../pods';
import { mayBeCached } from '../informers/may-be-cached';
import type { Live, LiveWorkload } from '../live';
import { nextWrite } from '../next-write';
import { describeWrite, perform } from '../perform';
import { readLive } from '../read-live';
import type { NextWrite, Write } from '../write';
import { nameHash } from './fixtures';
import { ModelCluster } from './model-cluster';

const MOST_MOVES = 3_000;

export interface Seen {
  readonly web: number;
  readonly total: number;
}

/** The executor's side of a model cluster: asks for the next write, does it, and shows it to whoever checks. */
export class Rig {
  readonly cluster = new ModelCluster();
  /** Stable's share of the traffic as last asked for, 0..1; for whoever checks. */
  stableShare = 1;
  /** Told of each write that went through, with the ready pods before and after it. */
  onWrite: (write: Write, before: Seen, after: Seen) => void = () => undefined;
  private moves = 0;

  async ask(state: RunningState, bundle: Bundle, stable: Bundle | null): Promise<NextWrite> {
    return nextWrite(this.desired(state, bundle, stable), await this.look(bundle, stable));
  }

  look(bundle: Bundle, stable: Bundle | null): Promise<Live> {
    const shared = [...bundle.objects, ...(stable?.objects ?? [])];
    return readLive(this.cluster, { namespace: 'shop', workload: 'web', project: 'shop', shared });
  }

  /** What may be written without a live read, by an earlier look and the Deployments as a watch reports them since. */
  askCached(state: RunningState, bundle: Bundle, stable: Bundle | null, earlier: Live): Write | undefined {
    const watched = (workload: LiveWorkload | null): LiveWorkload | null => {
      const object = workload && (this.cluster.find('Deployment', workload.object.metadata.name) as Deployment | undefined);
      return object ? { ...workload, object, replicas: object.spec.replicas ?? 1 } : null;
    };
    const cached = { ...earlier, web: watched(earlier.web), canary: watched(earlier.canary) };
    const next = nextWrite(this.desired(state, bundle, stable), cached);
    return next.kind === 'write' && mayBeCached(next, cached) ? next.write : undefined;
  }

  /** False: the cluster refused, since the live object has moved on. */
  async perform(write: Write): Promise<boolean> {
    this.move(`is written to for ever: ${describeWrite(write)}`);
    const before = this.seen();
    try {
      await perform(this.cluster, write);
    } catch (error) {
      if (isClusterError(error, 'conflict', 'already_exists', 'not_found')) return false;
      throw error;
    }
    this.onWrite(write, before, this.seen());
    return true;
  }

  private desired(state: RunningState, bundle: Bundle, stable: Bundle | null): Desired {
    const desired = desiredCluster({ installation: 'alloy', state, bundle, stable, nameHash });
    if (!desired) throw new Error('the step has no effect');
    return desired;
  }

  /** Asks and writes, with pods getting ready at once, until the step is done. Gives the kinds of writes in order. */
  async finish(state: RunningState, bundle: Bundle, stable: Bundle | null): Promise<{ readonly last: NextWrite; readonly writes: readonly Write[] }> {
    const writes: Write[] = [];
    for (let turn = 0; turn < 500; turn += 1) {
      const next = await this.ask(state, bundle, stable);
      if (next.kind === 'write') {
        if (await this.perform(next.write)) writes.push(next.write);
      } else if (next.kind !== 'wait' || !this.settle()) {
        return { last: next, writes };
      }
    }
    throw new Error('the step does not end');
  }

  /** One controller step on each Deployment, and every pod that can be is ready; false: nothing moved. */
  settle(isHealthy: (release: string | undefined) => boolean = () => true): boolean {
    this.move('does not settle');
    const moved = ['web', 'web-canary'].map((name) => this.cluster.reconcile(name));
    let ready = false;
    for (const pod of this.cluster.all('Pod')) {
      if (isTerminating(pod) || isReady(pod) || !isHealthy(pod.metadata.labels?.['alloy.dev/release'])) continue;
      this.cluster.setReady(pod, true);
      ready = true;
    }
    return ready || moved.includes(true);
  }

  /** Far more than any test leads to: an endless loop fails. */
  private move(what: string): void {
    this.moves += 1;
    if (this.moves > MOST_MOVES) throw new Error(`the cluster ${what}`);
  }

  seen(): Seen {
    const web = this.cluster.readyPods('web');
    return { web, total: web + this.cluster.readyPods('web-canary') };
  }
}
