/** Allocates the addresses of a quarter of 198.18.0.0/16, each once per run. */
export class Addresses {
  private allocated = 0;

  /** `quarter`: 0 to 3, different for each set of servers, because all share one network. */
  constructor(private readonly quarter = 0) {}

  /** The next address; the first one is 198.18.0.2 plus the quarter's offset. */
  next(): string {
    this.allocated += 1;
    if (this.allocated >= 0x3ffe) throw new Error('the test node has no address left');
    const host = this.allocated + 1;
    return `198.18.${this.quarter * 64 + (host >> 8)}.${host & 0xff}`;
  }
}
