import type { Logger } from 'pino';

export interface ResyncLoopOptions {
  readonly name: string;
  /** Seconds from the end of one run to the start of the next. */
  readonly seconds: number;
  readonly logger: Pick<Logger, 'error' | 'info'>;
}

/**
 * Runs a function immediately and then every few seconds, never twice concurrently, until it is stopped.
 * A failure does not stop the loop; of consecutive failures it logs the 1st, 2nd, 4th, 8th, …
 */
export class ResyncLoop {
  private timer: NodeJS.Timeout | undefined;
  private current: Promise<void> | undefined;
  private again = false;
  private stopped = true;
  private failures = 0;

  constructor(
    private readonly run: () => Promise<unknown>,
    private readonly options: ResyncLoopOptions,
  ) {}

  start(): void {
    if (!this.stopped) return;
    this.stopped = false;
    this.kick();
  }

  /** Runs the function now, or once more immediately after the current run. */
  kick(): void {
    if (this.stopped) return;
    this.again = true;
    clearTimeout(this.timer);
    this.current ??= this.loop();
  }

  /** Resolves when the current run has ended. */
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
      if (this.failures > 0) logger.info({ resync: name, failures: this.failures }, 'resync works again');
      this.failures = 0;
    } catch (err) {
      this.failures += 1;
      if (Number.isInteger(Math.log2(this.failures))) logger.error({ err, resync: name, failures: this.failures }, 'resync failed');
    }
  }
}
