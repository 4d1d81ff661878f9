import { isClusterError, type WorkloadChange } from '@alloy/cluster';
import type { ReleaseKey } from '@alloy/ledger';
import { Loop } from '@alloy/runtime';
import { handling } from '@alloy/service';
import type { ObservationResult } from './observation';
import { PodChanges } from './pods/pod-changes';

/** One release under observation. */
export interface Observed {
  /** Where the release runs; undefined: not known yet. */
  readonly namespace: string | undefined;
  readonly workload: string | undefined;
  /** The last observation failed or left something to do. */
  readonly needsObservation: boolean;
  /** Whether the release waits for a verdict. */
  readonly isJudged: boolean;
  observe(): Promise<ObservationResult>;
  /**
   * Runs beside the observations, because it may take longer. Starts after an observation, and only after the previous
   * call has ended.
   */
  judge(): Promise<void>;
  confirm(version: number): boolean;
  prove(failure: unknown): Promise<void>;
  stop(): void;
}

export interface LoopOptions {
  readonly observe: (key: ReleaseKey) => Observed;
  /** Milliseconds after which the release is observed even without a change. */
  readonly resyncMs: () => number;
  /** Milliseconds between two judgements. */
  readonly judgeEveryMs: () => number;
  /** Called once the release has ended. */
  readonly onEnd: () => void;
  readonly onError: (key: ReleaseKey, error: unknown) => void;
}

/**
 * Observes one release again and again: after a trigger or a change, and at the resync. While the API server asks not
 * to be called, neither an observation nor a judgement starts.
 */
export class ObservationLoop {
  readonly observed: Observed;
  private readonly changes = new PodChanges(() => this.trigger());
  private readonly observing: Loop;
  /** Waits without an end while the release does not wait for a verdict. */
  private readonly judging: Loop;

  constructor(
    private readonly key: ReleaseKey,
    private readonly options: LoopOptions,
  ) {
    this.observed = options.observe(key);
    this.observing = this.loop('observe', () => this.observe(), options.resyncMs);
    this.judging = this.loop('judge', () => this.judge(), () => (this.observed.isJudged ? options.judgeEveryMs() : Infinity));
  }

  trigger(): void {
    if (this.observing.state === 'idle') this.observing.start();
    else this.observing.trigger();
  }

  changed({ kind, event }: WorkloadChange): void {
    if (kind === 'Pod' && event.type !== 'synced') this.changes.podChanged(event);
    else this.changes.otherChanged();
  }

  trafficChanged(): void {
    this.changes.otherChanged();
  }

  async stop(): Promise<void> {
    this.changes.stop();
    await Promise.all([this.observing.stop(), this.judging.stop()]);
    this.observed.stop();
  }

  private loop(name: string, run: () => Promise<void>, intervalMs: () => number): Loop {
    return new Loop({
      step: () => handling(name, { release: this.key.releaseId }, run),
      intervalMs,
      onError: (error) => this.failed(error),
      afterError: () => ({ afterMs: intervalMs(), notBeforeMs: 0 }),
    });
  }

  private async observe(): Promise<void> {
    const result = await this.observed.observe();
    if (result === 'observed') this.startJudgement();
    if (result !== 'ended') return;
    this.changes.stop();
    // Not awaited, because this is a step of that loop.
    void this.observing.stop();
    await this.judging.stop();
    this.observed.stop();
    this.options.onEnd();
  }

  /** No effect while a judgement runs. */
  private startJudgement(): void {
    if (!this.observed.isJudged) return;
    this.judging.start();
    if (this.judging.state === 'waiting') this.judging.trigger();
  }

  private async judge(): Promise<void> {
    if (this.observed.isJudged && !this.observing.isHeld) await this.observed.judge();
  }

  private failed(error: unknown): void {
    this.options.onError(this.key, error);
    const seconds = isClusterError(error) ? error.details.retryAfterSeconds : undefined;
    if (seconds) this.observing.hold(seconds * 1_000);
  }
}
