import type { NamedKey } from './keystore';

export interface SpareKeyOptions {
  /** How many lie ready at most; there are more to come once half of them are gone. */
  readonly count: number;
  /** So many new ones, in the keystore and on disk. */
  make(count: number): Promise<readonly NamedKey[]>;
  /** What nothing was sealed with goes. */
  discard(ids: readonly string[]): Promise<void>;
}

/** Made together; whoever closes waits for no more of them. */
const AT_ONCE = 8;

/** Data keys that are on disk before there is anything to seal, so that sealing waits for no disk. Those that a killed process leaves behind open nothing. */
export class SpareKeys {
  private readonly ready: NamedKey[] = [];
  private filling: Promise<void> | undefined;
  private isClosed = false;

  constructor(private readonly options: SpareKeyOptions) {}

  /** Undefined: none is ready, the caller makes his own. */
  take(): NamedKey | undefined {
    const key = this.ready.pop();
    if (!this.isClosed && this.ready.length <= this.options.count / 2) this.filling ??= this.fill().finally(() => (this.filling = undefined));
    return key;
  }

  /** What was not needed goes. */
  async close(): Promise<void> {
    this.isClosed = true;
    await this.filling;
    await this.options.discard(this.ready.splice(0).map(({ id }) => id));
  }

  /** A keystore that fails says so to whoever makes his own key. */
  private async fill(): Promise<void> {
    const { count, make } = this.options;
    try {
      while (!this.isClosed && this.ready.length < count) this.ready.push(...(await make(Math.min(AT_ONCE, count - this.ready.length))));
    } catch {
      // Until somebody takes the next one.
    }
  }
}
