export interface LoopOptions {
  /** One round; true: there is more to do at once. */
  readonly round: () => Promise<boolean>;
  /** Pause between rounds when nothing pokes, ms; also the pause after a failed round, however often it is poked. */
  readonly pollMs: number;
  readonly onError: (error: unknown) => void;
}

/** Runs rounds one after the other until it is stopped: at once when there is more or somebody pokes, else by poll. */
export class Loop {
  private running: Promise<void> | undefined;
  private stopped = false;
  private poked = false;
  private wake: () => void = () => {};

  constructor(private readonly options: LoopOptions) {}

  /** Idempotent. */
  start(): void {
    this.running ??= this.run();
  }

  /** Something may be there: look now, or once the present round is over. */
  poke(): void {
    this.poked = true;
    this.wake();
  }

  /** Resolves when the present round is over; no other follows. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.wake();
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      const outcome = await this.round();
      if (outcome === 'more' || this.stopped) continue;
      await this.pause(outcome === 'idle');
    }
  }

  private async round(): Promise<'more' | 'idle' | 'failed'> {
    this.poked = false;
    try {
      return (await this.options.round()) ? 'more' : 'idle';
    } catch (error) {
      this.options.onError(error);
      return 'failed';
    }
  }

  private pause(pokable: boolean): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        this.wake = () => {};
        resolve();
      };
      const timer = setTimeout(end, this.options.pollMs);
      this.wake = () => {
        if (pokable || this.stopped) end();
      };
      if (this.poked) this.wake();
    });
  }
}
