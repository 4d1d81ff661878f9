import type { NamedKey } from './keystore';

export interface SpareKeyOptions {
  /** How many are ready at most; new ones are made once half of them are gone. */
  readonly count: number;
  /** Spare keys that are in the keystore already, left by processes that were killed. */
  adopt(): Promise<readonly NamedKey[]>;
  /** So many new ones, in the keystore and on disk. */
  make(count: number): Promise<readonly NamedKey[]>;
  /** False: another process was faster. */
  claim(id: string): Promise<boolean>;
  /** Removes keys that nobody has claimed. */
  discard(ids: readonly string[]): Promise<void>;
}

/** Made together; whoever closes waits for no more of them. */
const AT_ONCE = 8;

/** Data keys that are on disk before there is anything to seal, so that sealing waits for no disk. Those that a killed process leaves behind are used by the next one. */
export class SpareKeys {
  private readonly ready: NamedKey[] = [];
  private filling: Promise<void> | undefined;
  private hasAdopted = false;
  private isClosed = false;

  constructor(private readonly options: SpareKeyOptions) {}

  /** Undefined: none is ready, the caller makes his own. */
  async take(): Promise<NamedKey | undefined> {
    for (;;) {
      const key = this.ready.pop();
      if (!this.isClosed && this.ready.length <= this.options.count / 2) this.filling ??= this.fill().finally(() => (this.filling = undefined));
      if (key === undefined || (await this.options.claim(key.id))) return key;
    }
  }

  /** Discards what was not needed. */
  async close(): Promise<void> {
    this.isClosed = true;
    await this.filling;
    await this.options.discard(this.ready.splice(0).map(({ id }) => id));
  }

  /** A keystore that fails says so to whoever makes his own key. */
  private async fill(): Promise<void> {
    const { count, make } = this.options;
    try {
      await this.adopt();
      while (!this.isClosed && this.ready.length < count) this.ready.push(...(await make(Math.min(AT_ONCE, count - this.ready.length))));
    } catch {
      // Until somebody takes the next one.
    }
  }

  /** Once: later ones are those of processes that run. */
  private async adopt(): Promise<void> {
    if (this.hasAdopted) return;
    this.ready.push(...(await this.options.adopt()));
    this.hasAdopted = true;
  }
}
