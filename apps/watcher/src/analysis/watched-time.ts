/** A piece longer than this was not watched: a stopped process must not shorten an observation. */
const MAX_PIECE_MS = 3_000;

/**
 * Counts, by a monotonic clock, the time in which the same thing was watched. Signs of life cut it into pieces, so that who is slow but at work gets on.
 * Time counts once it is certain that it was spent on the same thing, which a pause in between ends, and that this could still be seen afterwards.
 */
export class WatchedTime {
  private counted = 0;
  /** Since it last counted; the first part of it was spent on the same thing, for certain. */
  private pending = 0;
  private spent = 0;
  private last: number | undefined;
  private what: string | undefined;

  /** `monotonic`: a clock in ms. */
  constructor(private readonly monotonic: () => number) {}

  /** Milliseconds counted so far, of all that was watched. */
  get ms(): number {
    return this.counted;
  }

  /** This is what is to be watched now; undefined: nothing whose time counts. */
  turnTo(what: string | undefined): void {
    if (what === undefined || what !== this.what) this.lapse();
    this.what = what;
    this.sign();
    this.spent = this.pending;
  }

  /** It was seen. */
  saw(): void {
    this.counted += this.spent;
    this.pending -= this.spent;
    this.spent = 0;
    this.sign();
  }

  /** Nobody saw anything since it last counted, or could tell of what. */
  lapse(): void {
    this.pending = 0;
    this.spent = 0;
    this.last = undefined;
  }

  /** Somebody is at work. */
  private sign(): void {
    const now = this.monotonic();
    const piece = now - (this.last ?? now);
    if (piece <= MAX_PIECE_MS) this.pending += piece;
    this.last = now;
  }
}
