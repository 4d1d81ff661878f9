import type { Bundle } from '@alloy/contracts';
import type { RunningState } from '@alloy/release';
import { desiredCluster } from '../desired';
import { isClusterError } from '../errors';
import { isReady } from '../kube-types';
import { nextWrite } from '../next-write';
import { perform } from '../perform';
import { readLive } from '../read-live';
import type { NextWrite, Write } from '../write';
import { nameHash } from './fixtures';
import { ModelCluster } from './model-cluster';

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

  async ask(state: RunningState, bundle: Bundle, stable: Bundle | null): Promise<NextWrite> {
    const desired = desiredCluster({ installation: 'alloy', state, bundle, stable, nameHash });
    if (!desired) throw new Error('the step has no effect');
    const shared = [...bundle.objects, ...(stable?.objects ?? [])];
    return nextWrite(desired, await readLive(this.cluster, { namespace: 'shop', workload: 'web', project: 'shop', shared }));
  }

  /** False: the cluster refused, since the live object has moved on. */
  async perform(write: Write): Promise<boolean> {
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
    const moved = ['web', 'web-canary'].map((name) => this.cluster.reconcile(name));
    let ready = false;
    for (const pod of this.cluster.all('Pod')) {
      if (isReady(pod) || !isHealthy(pod.metadata.labels?.['alloy.dev/release'])) continue;
      this.cluster.setReady(pod, true);
      ready = true;
    }
    return ready || moved.includes(true);
  }

  seen(): Seen {
    const web = this.cluster.readyPods('web');
    return { web, total: web + this.cluster.readyPods('web-canary') };
  }
}
