import type { Logger } from 'pino';

export interface SweeperOptions {
  readonly name: string;
  /** Seconds from the end of one run to the start of the next. */
  readonly seconds: number;
  readonly logger: Pick<Logger, 'error' | 'info'>;
}

/**
 * Runs a function at once and then every few seconds, never twice at a time, for ever.
 * A failing run never stops the sweep; of a row of failures the 1st, 2nd, 4th, 8th, ... is logged.
 */
export class Sweeper {
  private timer: NodeJS.Timeout | undefined;
  private current: Promise<void> | undefined;
  private again = false;
  private stopped = true;
  private failures = 0;

  constructor(
    private readonly run: () => Promise<unknown>,
    private readonly options: SweeperOptions,
  ) {}

  start(): void {
    if (!this.stopped) return;
    this.stopped = false;
    this.kick();
  }

  /** Runs now, or once more right after the run that is under way. */
  kick(): void {
    if (this.stopped) return;
    this.again = true;
    clearTimeout(this.timer);
    this.current ??= this.loop();
  }

  /** Resolves when the run that is under way has ended. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.current;
  }

  private async loop(): Promise<void> {
    while (this.again && !this.stopped) {
      this.again = false;
      await this.once();
    }
    this.current = undefined;
    if (!this.stopped) this.timer = setTimeout(() => this.kick(), this.options.seconds * 1_000);
  }

  private async once(): Promise<void> {
    const { name, logger } = this.options;
    try {
      await this.run();
      if (this.failures > 0) logger.info({ sweep: name, failures: this.failures }, 'sweep works again');
      this.failures = 0;
    } catch (err) {
      this.failures += 1;
      if (Number.isInteger(Math.log2(this.failures))) logger.error({ err, sweep: name, failures: this.failures }, 'sweep failed');
    }
  }
}
