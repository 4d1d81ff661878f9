import { isClusterError, type Desired, type Write } from '@alloy/cluster';
import type { ExecutorPorts } from './executor-ports';
import { removeLateCanary, type LateCreation } from './remove-late-canary';

/** A kube-apiserver carries a request out within 60 s (`--request-timeout`) or not at all; the rest is a margin. */
const MAY_COME_MS = 90_000;

export interface UnansweredCreationsOptions extends Pick<ExecutorPorts, 'cluster' | 'log'> {
  readonly onError: (error: unknown, releaseId: string) => void;
  /** Monotonic clock, ms. */
  readonly now: () => number;
}

/** Creations of canaries whose answer did not come, as to an executor that was frozen for longer than it waits: each may still be carried out, when the release has long been rolled back. */
export class UnansweredCreations {
  private readonly creations = new Map<string, { readonly creation: LateCreation; readonly until: number }>();
  private checking = false;

  constructor(private readonly options: UnansweredCreationsOptions) {}

  /** Notes the write if it is such a creation and `error` leaves open whether it is carried out. */
  note(releaseId: string, desired: Desired, write: Write, error: unknown): void {
    if (write.verb !== 'create' || write.object.kind !== 'Deployment' || write.object.metadata.name !== desired.canary) return;
    if (isClusterError(error, 'unreachable', 'server_error')) this.creations.set(releaseId, { creation: { releaseId, desired, uid: undefined }, until: this.options.now() + MAY_COME_MS });
  }

  /** Removes those that were carried out too late. One is forgotten once it has been removed, or a look that came when it could no longer be carried out has found nothing. */
  async check(): Promise<void> {
    if (this.checking) return;
    this.checking = true;
    try {
      for (const [releaseId, { creation, until }] of this.creations) await this.checkOne(releaseId, creation, until);
    } finally {
      this.checking = false;
    }
  }

  private async checkOne(releaseId: string, creation: LateCreation, until: number): Promise<void> {
    const isLast = this.options.now() >= until;
    try {
      if ((await removeLateCanary(creation, this.options)) || isLast) this.creations.delete(releaseId);
    } catch (error) {
      this.options.onError(error, releaseId);
    }
  }
}
