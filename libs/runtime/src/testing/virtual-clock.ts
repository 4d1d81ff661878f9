import type { Clock } from '../clock';

interface Timer {
  readonly at: number;
  readonly then: () => void;
}

/** A clock that only the test moves; starts at 0. */
export class VirtualClock implements Clock {
  private ms = 0;
  private timers: readonly Timer[] = [];

  now = (): number => this.ms;

  after(ms: number, then: () => void): () => void {
    const timer = { at: this.ms + Math.max(0, ms), then };
    this.timers = [...this.timers, timer];
    return () => (this.timers = this.timers.filter((one) => one !== timer));
  }

  /** Number of timers that are set. */
  get pending(): number {
    return this.timers.length;
  }

  /** Runs all promises and timers that are due within `ms`, in the order of their times. */
  async advance(ms: number): Promise<void> {
    const end = this.ms + ms;
    for (;;) {
      await turn();
      const next = this.timers.filter(({ at }) => at <= end).reduce<Timer | undefined>((a, b) => (a && a.at <= b.at ? a : b), undefined);
      if (!next) break;
      this.ms = next.at;
      this.timers = this.timers.filter((one) => one !== next);
      next.then();
    }
    this.ms = end;
  }
}

/** Lets all promises that are ready continue. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
