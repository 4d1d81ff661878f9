/** Hands out the addresses of a quarter of 198.18.0.0/16, each once: none comes back to another pod within a run. */
export class Addresses {
  private given = 0;

  /** `quarter`: 0 to 3; of each set of servers another one, for they all share one network. */
  constructor(private readonly quarter = 0) {}

  /** In the first quarter from 198.18.0.2 on. */
  next(): string {
    this.given += 1;
    if (this.given >= 0x3ffe) throw new Error('the test node has no address left');
    const host = this.given + 1;
    return `198.18.${this.quarter * 64 + (host >> 8)}.${host & 0xff}`;
  }
}
