import { crashPoint, type ObservedPod } from '@alloy/contracts';
import type { ObservedPods } from '@alloy/ledger';
import type { Workloads } from '../cluster-reader';
import { observedPods } from './observed-pods';

/** Minimum time between two records, even while pods change all the time. */
const MIN_INTERVAL_MS = 1_000;

export interface PodRecordDeps {
  readonly observedPods: Pick<ObservedPods, 'record'>;
  /** A monotonic clock in ms. */
  readonly monotonic: () => number;
}

/** Stores the observed pods of one release, from which ingest serves them. */
export class PodRecord {
  private written: { readonly text: string; readonly at: number } | undefined;
  /** The pods have changed and the change is not recorded yet: call `update` again a second after the last call. */
  isBehind = false;

  constructor(
    private readonly releaseId: string,
    private readonly deps: PodRecordDeps,
  ) {}

  /** Records the pods if they have changed, at most once a second. */
  async update(workloads: Workloads): Promise<void> {
    const pods = observedPods(workloads);
    this.isBehind = this.written?.text !== JSON.stringify(pods);
    if (this.isBehind && !this.isTooSoon()) await this.write(pods);
  }

  /** Records the last pods of the release, even within a second. */
  async close(workloads: Workloads): Promise<void> {
    await this.write(observedPods(workloads));
  }

  private isTooSoon(): boolean {
    return this.written !== undefined && this.deps.monotonic() - this.written.at < MIN_INTERVAL_MS;
  }

  private async write(pods: readonly ObservedPod[]): Promise<void> {
    crashPoint('watcher.before-pods');
    await this.deps.observedPods.record(this.releaseId, pods);
    this.written = { text: JSON.stringify(pods), at: this.deps.monotonic() };
    this.isBehind = false;
  }
}
