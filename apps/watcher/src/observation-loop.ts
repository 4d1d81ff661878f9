import { isClusterError, type WorkloadChange } from '@alloy/cluster';
import type { ReleaseKey } from '@alloy/ledger';
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

/** Observes one release again and again: after a trigger or a change, and at the resync. */
export class ObservationLoop {
  readonly observed: Observed;
  private readonly changes = new PodChanges(() => this.trigger());
  private resync: NodeJS.Timeout | undefined;
  private nextJudgement: NodeJS.Timeout | undefined;
  private current: Promise<void> | undefined;
  private judging: Promise<void> | undefined;
  private again = false;
  /** The API server asked not to be called for some time: no observation before that time has passed. */
  private isHeld = false;
  private hold: NodeJS.Timeout | undefined;
  private ended = false;

  constructor(
    private readonly key: ReleaseKey,
    private readonly options: LoopOptions,
  ) {
    this.observed = options.observe(key);
  }

  trigger(): void {
    if (this.ended) return;
    this.again = true;
    if (this.isHeld) return;
    clearTimeout(this.resync);
    this.current ??= this.run();
  }

  changed({ kind, event }: WorkloadChange): void {
    if (kind === 'Pod' && event.type !== 'synced') this.changes.podChanged(event);
    else this.changes.otherChanged();
  }

  async stop(): Promise<void> {
    this.end();
    await this.current;
    await this.judging;
    this.observed.stop();
  }

  private end(): void {
    this.ended = true;
    this.changes.stop();
    for (const timer of [this.resync, this.nextJudgement, this.hold]) clearTimeout(timer);
  }

  private async run(): Promise<void> {
    while (this.again && !this.ended && !this.isHeld) {
      this.again = false;
      await this.handled('observe', () => this.observe());
    }
    this.current = undefined;
    if (!this.ended && !this.isHeld) this.resync = setTimeout(() => this.trigger(), this.options.resyncMs());
  }

  private async observe(): Promise<void> {
    const result = await this.observed.observe();
    if (result === 'observed') this.judge();
    if (result !== 'ended') return;
    this.end();
    await this.judging;
    this.observed.stop();
    this.options.onEnd();
  }

  private judge(): void {
    if (this.judging || this.ended || this.isHeld || !this.observed.isJudged) return;
    clearTimeout(this.nextJudgement);
    this.judging = this.handled('judge', () => this.observed.judge()).finally(() => {
      this.judging = undefined;
      if (!this.ended) this.nextJudgement = setTimeout(() => this.judge(), this.options.judgeEveryMs());
    });
  }

  /** Never rejects. */
  private handled(name: string, run: () => Promise<void>): Promise<void> {
    return handling(name, { release: this.key.releaseId }, run).catch((error: unknown) => {
      this.options.onError(this.key, error);
      this.holdIfAsked(error);
    });
  }

  private holdIfAsked(error: unknown): void {
    const seconds = isClusterError(error) ? error.details.retryAfterSeconds : undefined;
    if (!seconds || this.ended) return;
    this.isHeld = true;
    clearTimeout(this.resync);
    clearTimeout(this.hold);
    this.hold = setTimeout(() => {
      this.isHeld = false;
      this.trigger();
    }, seconds * 1_000);
  }
}
