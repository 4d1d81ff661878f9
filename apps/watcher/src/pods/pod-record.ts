import type { ObservedPod } from '@alloy/contracts';
import type { ObservedPods } from '@alloy/ledger';
import type { Workloads } from '../cluster-reader';
import { observedPods } from './observed-pods';

/** At most so often, even while pods come and go. */
const LEAST_MS = 1_000;

export interface PodRecordDeps {
  readonly observedPods: Pick<ObservedPods, 'record'>;
  /** A monotonic clock in ms. */
  readonly monotonic: () => number;
}

/** Keeps the pods of one release, as last observed, where others can read them. */
export class PodRecord {
  private written: { readonly text: string; readonly at: number } | undefined;
  /** Pods have changed and are not recorded yet: call `keep` again a second after the last time. */
  isBehind = false;

  constructor(
    private readonly releaseId: string,
    private readonly deps: PodRecordDeps,
  ) {}

  /** Records pods that have changed, at most once a second. */
  async keep(workloads: Workloads): Promise<void> {
    const pods = observedPods(workloads);
    this.isBehind = this.written?.text !== JSON.stringify(pods);
    if (this.isBehind && !this.isTooSoon()) await this.write(pods);
  }

  /** Records the pods in any case: for the last time. */
  async close(workloads: Workloads): Promise<void> {
    await this.write(observedPods(workloads));
  }

  private isTooSoon(): boolean {
    return this.written !== undefined && this.deps.monotonic() - this.written.at < LEAST_MS;
  }

  private async write(pods: readonly ObservedPod[]): Promise<void> {
    await this.deps.observedPods.record(this.releaseId, pods);
    this.written = { text: JSON.stringify(pods), at: this.deps.monotonic() };
    this.isBehind = false;
  }
}
