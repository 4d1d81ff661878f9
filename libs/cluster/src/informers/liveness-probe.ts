import { isClusterError } from '../errors';
import type { Cluster, ObjectRef } from '../ports';
import type { SharedInformers } from './shared-informers';

export interface LivenessProbeOptions {
  readonly cluster: Pick<Cluster, 'get' | 'answeredAt'>;
  readonly informers: Pick<SharedInformers, 'compare' | 'retry'>;
  /** Whether a refusal (401 or 403) counts as proof that the API server responds. */
  readonly isAnswer: (refusal: 'unauthorized' | 'forbidden') => boolean;
  /** Rejects if the work takes longer. */
  readonly within: <T>(ms: number, work: () => Promise<T>) => Promise<T>;
  /** Monotonic clock, ms; the one of `Cluster.answeredAt`. */
  readonly now: () => number;
}

const TIMEOUT_MS = 2_000;
/** A response to another request that is younger than this is sufficient proof. */
const FRESH_MS = 1_000;
/** Maximum time between two comparisons of the watches with a live read. */
const COMPARE_MS = 5_000;

/**
 * Proves that the API server responds, by the responses to other requests or by a live read of its own. The watches are
 * no proof: one that has become silent cannot be distinguished from one without changes.
 */
export class LivenessProbe {
  private comparedAt = -Infinity;
  private failure: unknown;

  constructor(private readonly options: LivenessProbeOptions) {}

  /** Why the API server does not respond at this moment; undefined: it does. Never rejects. */
  async check(ref: ObjectRef): Promise<unknown> {
    const { cluster, informers, now } = this.options;
    if (this.failure === undefined && now() - cluster.answeredAt < FRESH_MS && now() - this.comparedAt < COMPARE_MS) return undefined;
    const hadFailed = this.failure !== undefined;
    this.failure = await this.read(ref);
    if (hadFailed && this.failure === undefined) informers.retry();
    return this.failure;
  }

  private async read(ref: ObjectRef): Promise<unknown> {
    const { cluster, informers, within, now, isAnswer } = this.options;
    try {
      const live = await within(TIMEOUT_MS, () => cluster.get(ref));
      this.comparedAt = now();
      if (live) informers.compare(live, now());
      return undefined;
    } catch (error) {
      return isClusterError(error, 'unauthorized', 'forbidden') && isAnswer(error.code as 'unauthorized' | 'forbidden') ? undefined : error;
    }
  }
}
