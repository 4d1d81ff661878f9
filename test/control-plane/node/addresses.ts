/** Hands out the addresses of 198.18.0.0/16, each once: none comes back to another pod within a run. */
export class Addresses {
  private given = 0;

  /** From 198.18.0.2 on. */
  next(): string {
    this.given += 1;
    if (this.given >= 0xfffe) throw new Error('the test node has no address left');
    const host = this.given + 1;
    return `198.18.${host >> 8}.${host & 0xff}`;
  }
}
