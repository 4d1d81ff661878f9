import type { NamedKey } from './keystore';

export interface SpareKeyOptions {
  /** Maximum number of ready keys; new ones are created once half of them are used. */
  readonly count: number;
  /** Spare keys of the keystore that killed processes left. */
  adopt(): Promise<readonly NamedKey[]>;
  /** Creates that many keys, in the keystore and on disk. */
  make(count: number): Promise<readonly NamedKey[]>;
  /** False: another process claimed it first. */
  claim(id: string): Promise<boolean>;
  /** Removes unclaimed keys. */
  discard(ids: readonly string[]): Promise<void>;
}

/** Number of keys created together; close waits for no more than these. */
const AT_ONCE = 8;

/**
 * Data keys that are on disk in advance, so that sealing does not wait for the disk. The next process uses the keys
 * that a killed process leaves.
 */
export class SpareKeys {
  private readonly ready: NamedKey[] = [];
  private filling: Promise<void> | undefined;
  private hasAdopted = false;
  private isClosed = false;

  constructor(private readonly options: SpareKeyOptions) {}

  /** Undefined: no key is ready, and the caller creates one. */
  async take(): Promise<NamedKey | undefined> {
    for (;;) {
      const key = this.ready.pop();
      if (!this.isClosed && this.ready.length <= this.options.count / 2)
        this.filling ??= this.fill().finally(() => (this.filling = undefined));
      if (key === undefined || (await this.options.claim(key.id))) return key;
    }
  }

  /** Discards the unused keys. */
  async close(): Promise<void> {
    this.isClosed = true;
    await this.filling;
    await this.options.discard(this.ready.splice(0).map(({ id }) => id));
  }

  /** Ignores failures of the keystore, because a caller without a spare key creates one and gets the error. */
  private async fill(): Promise<void> {
    const { count, make } = this.options;
    try {
      await this.adopt();
      while (!this.isClosed && this.ready.length < count) this.ready.push(...(await make(Math.min(AT_ONCE, count - this.ready.length))));
    } catch {
      // Tried again with the next `take`.
    }
  }

  /** Only once, because later spare keys belong to running processes. */
  private async adopt(): Promise<void> {
    if (this.hasAdopted) return;
    this.ready.push(...(await this.options.adopt()));
    this.hasAdopted = true;
  }
}
