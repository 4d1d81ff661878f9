import { systemClock, type Clock } from './clock';

/** When the step after a failed one starts, ms after the failure. */
export interface RetryPause {
  /** Without a trigger. */
  readonly afterMs: number;
  /** With a trigger. */
  readonly notBeforeMs: number;
}

export interface LoopOptions {
  /** One step of the work. True: there is more work, so the next step starts immediately. */
  readonly step: () => Promise<boolean | void>;
  /** From the end of a step without more work to the start of the next, ms. */
  readonly intervalMs: number | (() => number);
  /** Called with each error of a step and the number of consecutive failures. Must not throw. */
  readonly onError: (error: unknown, failures: number) => void;
  /** Called when a step succeeds after `failures` failures. Default: no call. */
  readonly onRecovered?: (failures: number) => void;
  /** Default: both `intervalMs`, so that triggers do not repeat a failing step in a busy loop. */
  readonly afterError?: (failures: number, error: unknown) => RetryPause;
  /** Default: the process' clock. */
  readonly clock?: Clock;
}

/**
 * Runs a step again and again, never twice concurrently.
 *
 * - `idle`: not started. `start()` runs the first step immediately; a trigger has no effect.
 * - `running`: a step runs. A trigger, or `true` from the step, starts the next step as soon as it ends.
 * - `waiting`: until the interval is over or a trigger arrives. After an error: for `afterError`. After `hold`: until
 *   the hold is over, whatever triggers the loop.
 * - `stopped`: final. `stop()` ends the wait and resolves when the running step has ended; nothing starts any more.
 */
export class Loop {
  private state_: 'idle' | 'running' | 'waiting' | 'stopped' = 'idle';
  private running: Promise<void> | undefined;
  private triggered = false;
  private failures = 0;
  private resume: () => void = () => {};
  private cancelTimer: () => void = () => {};
  private held = false;
  private cancelHold: () => void = () => {};
  private readonly clock: Clock;

  constructor(private readonly options: LoopOptions) {
    this.clock = options.clock ?? systemClock;
  }

  get state(): 'idle' | 'running' | 'waiting' | 'stopped' {
    return this.state_;
  }

  /** Between a call of `hold` and its end. */
  get isHeld(): boolean {
    return this.held;
  }

  /** Idempotent. */
  start(): void {
    if (this.state_ === 'idle') this.running = this.run();
  }

  /** There may be new work: starts a step now, or after the running step. */
  trigger(): void {
    this.triggered = true;
    this.resume();
  }

  /** Triggers after `ms`; a later call replaces an earlier one. Infinity: only cancels. */
  triggerIn(ms: number): void {
    this.cancelTimer();
    if (this.isStopped() || ms === Infinity) return;
    this.cancelTimer = this.clock.after(ms, () => this.trigger());
  }

  /** Starts no step for `ms`, and then one; a later call replaces an earlier one. A running step continues. */
  hold(ms: number): void {
    this.cancelHold();
    if (this.isStopped()) return;
    this.held = true;
    this.cancelHold = this.clock.after(ms, () => {
      this.held = false;
      this.trigger();
    });
  }

  /** Idempotent. */
  async stop(): Promise<void> {
    this.state_ = 'stopped';
    this.cancelTimer();
    this.cancelHold();
    this.resume();
    await this.running;
  }

  /** A method, because the state changes during an `await`. */
  private isStopped(): boolean {
    return this.state_ === 'stopped';
  }

  private async run(): Promise<void> {
    while (!this.isStopped()) {
      if (this.held) {
        // The end of the hold triggers.
        await this.wait({ afterMs: Infinity, notBeforeMs: 0 });
        continue;
      }
      this.state_ = 'running';
      this.triggered = false;
      const pause = await this.step();
      if (pause && !this.isStopped()) await this.wait(pause);
    }
  }

  /** Undefined: there is more work immediately. */
  private async step(): Promise<RetryPause | undefined> {
    const { step, onError, onRecovered, afterError } = this.options;
    try {
      const hasMore = await step();
      if (this.failures > 0) onRecovered?.(this.failures);
      this.failures = 0;
      return hasMore === true ? undefined : { afterMs: this.intervalMs(), notBeforeMs: 0 };
    } catch (error) {
      this.failures += 1;
      onError(error, this.failures);
      return afterError?.(this.failures, error) ?? { afterMs: this.intervalMs(), notBeforeMs: this.intervalMs() };
    }
  }

  private intervalMs(): number {
    const { intervalMs } = this.options;
    return typeof intervalMs === 'number' ? intervalMs : intervalMs();
  }

  private wait({ afterMs, notBeforeMs }: RetryPause): Promise<void> {
    this.state_ = 'waiting';
    return new Promise((resolve) => {
      const earliest = this.clock.now() + notBeforeMs;
      let cancel = (): void => {};
      const end = (): void => {
        cancel();
        this.resume = () => {};
        resolve();
      };
      const endIn = (ms: number): void => {
        cancel();
        cancel = this.clock.after(ms, end);
      };
      endIn(afterMs);
      this.resume = () => {
        const left = earliest - this.clock.now();
        if (this.isStopped()) end();
        else if (this.held) return;
        else if (left <= 0) end();
        else if (notBeforeMs < afterMs) endIn(left);
      };
      if (this.triggered) this.resume();
    });
  }
}
