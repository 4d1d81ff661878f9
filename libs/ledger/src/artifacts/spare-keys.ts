/** A wrapped data key that is in the keystore, on disk. */
export interface DataKey {
  /** Its name in the keystore. */
  readonly id: string;
  readonly wrapped: Buffer;
}

export interface SpareKeyOptions {
  /** How many lie ready at most; there are more to come once half of them are gone. */
  readonly count: number;
  make(): Promise<DataKey>;
  destroy(id: string): Promise<void>;
}

/** Data keys that are on disk before there is anything to seal, so that sealing waits for no disk. Those that a killed process leaves behind open nothing. */
export class SpareKeys {
  private readonly ready: DataKey[] = [];
  private filling: Promise<void> | undefined;
  private isClosed = false;

  constructor(private readonly options: SpareKeyOptions) {}

  /** Undefined: none is ready, the caller makes his own. */
  take(): DataKey | undefined {
    const key = this.ready.pop();
    if (!this.isClosed && this.ready.length <= this.options.count / 2) this.filling ??= this.fill().finally(() => (this.filling = undefined));
    return key;
  }

  /** What was not needed goes. */
  async close(): Promise<void> {
    this.isClosed = true;
    await this.filling;
    await Promise.all(this.ready.splice(0).map(({ id }) => this.options.destroy(id)));
  }

  /** A keystore that fails says so to whoever makes his own key. */
  private async fill(): Promise<void> {
    const missing = Array.from({ length: this.options.count - this.ready.length }, () => this.options.make());
    for (const made of await Promise.allSettled(missing)) if (made.status === 'fulfilled') this.ready.push(made.value);
  }
}
