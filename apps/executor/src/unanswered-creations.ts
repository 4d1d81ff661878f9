import { isClusterError, type Desired, type Write } from '@alloy/cluster';
import type { ExecutorPorts } from './executor-ports';
import { createdFor, removeLateCanary, type LateCreation } from './remove-late-canary';

/** A kube-apiserver executes a request within 60 s (`--request-timeout`) or not at all; the rest is a margin. */
const MAY_EXECUTE_MS = 90_000;

export interface UnansweredCreationsOptions extends Pick<ExecutorPorts, 'cluster' | 'log'> {
  readonly onError: (error: unknown, releaseId: string) => void;
  /** Monotonic clock, ms. */
  readonly now: () => number;
}

/**
 * Creations of canaries to which the API server has not responded, for example because the executor was frozen for
 * longer than its request timeout. The API server may still execute such a creation, even after the release was rolled
 * back.
 */
export class UnansweredCreations {
  private readonly creations = new Map<string, { readonly creation: LateCreation; readonly until: number }>();
  private checking: Promise<void> | undefined;

  constructor(private readonly options: UnansweredCreationsOptions) {}

  /** Records the write if it creates a canary and `error` does not say whether it was executed. */
  note(releaseId: string, desired: Desired, write: Write, error: unknown): void {
    if (write.verb !== 'create' || write.object.kind !== 'Deployment' || write.object.metadata.name !== createdFor(desired)) return;
    if (!isClusterError(error, 'unreachable', 'server_error')) return;
    this.creations.set(releaseId, { creation: { releaseId, desired, uid: undefined }, until: this.options.now() + MAY_EXECUTE_MS });
  }

  /**
   * Deletes the canaries that were created too late. Forgets a creation once its canary is deleted, or once a check
   * that began when it could no longer be executed has succeeded. Never rejects: `onError` gets the failures, and the
   * next check tries again.
   */
  check(): Promise<void> {
    return (this.checking ??= this.checkAll().finally(() => (this.checking = undefined)));
  }

  /** Resolves once no check runs. */
  async idle(): Promise<void> {
    await this.checking;
  }

  private async checkAll(): Promise<void> {
    for (const [releaseId, { creation, until }] of this.creations) await this.checkOne(releaseId, creation, until);
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
