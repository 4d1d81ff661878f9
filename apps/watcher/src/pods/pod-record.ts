import type { ObservedPod } from '@alloy/contracts';
import type { ObservedPods } from '@alloy/ledger';
import type { Workloads } from '../cluster-reader';
import { observedPods } from './observed-pods';

/** At most so often, even while pods come and go. */
const LEAST_MS = 1_000;
/** At least so often, so that `observedAt` tells whether anybody still looks. */
const MOST_MS = 10_000;

export interface PodRecordDeps {
  readonly observedPods: Pick<ObservedPods, 'record'>;
  /** A monotonic clock in ms. */
  readonly monotonic: () => number;
}

/** Keeps what the last look at one release saw of its pods where others can read it. */
export class PodRecord {
  private written: { readonly text: string; readonly at: number } | undefined;

  constructor(
    private readonly releaseId: string,
    private readonly deps: PodRecordDeps,
  ) {}

  /** Writes what has changed, at most once a second; the look after the next second brings the rest. */
  async keep(workloads: Workloads): Promise<void> {
    const pods = observedPods(workloads);
    if (this.isDue(pods)) await this.write(pods);
  }

  /** Writes in any case: the last look. */
  async close(workloads: Workloads): Promise<void> {
    await this.write(observedPods(workloads));
  }

  private isDue(pods: readonly ObservedPod[]): boolean {
    if (!this.written) return true;
    const age = this.deps.monotonic() - this.written.at;
    return age >= MOST_MS || (age >= LEAST_MS && JSON.stringify(pods) !== this.written.text);
  }

  private async write(pods: readonly ObservedPod[]): Promise<void> {
    await this.deps.observedPods.record(this.releaseId, pods);
    this.written = { text: JSON.stringify(pods), at: this.deps.monotonic() };
  }
}
