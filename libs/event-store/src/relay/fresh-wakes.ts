import type { OrderedWake } from './publisher';

/** What this relay has given its order and nobody has published yet, so that it need not be read back; at most `most` of it. */
export class FreshWakes {
  private wakes: readonly OrderedWake[] = [];

  constructor(private readonly most: number) {}

  /** `wakes` are in order. What does not join on to them is forgotten, and so is what would be too much: it can be read. */
  add(wakes: readonly OrderedWake[]): void {
    const joinsOn = this.wakes.at(-1)?.seq === (wakes[0]?.seq ?? 0) - 1;
    this.wakes = joinsOn && this.wakes.length + wakes.length <= this.most ? [...this.wakes, ...wakes] : wakes;
  }

  /** Takes what follows that seq; undefined: nothing, or not the very next one. */
  takeAfter(seq: number): readonly OrderedWake[] | undefined {
    const wakes = this.wakes.filter((wake) => wake.seq > seq);
    this.wakes = [];
    return wakes[0]?.seq === seq + 1 ? wakes : undefined;
  }
}
