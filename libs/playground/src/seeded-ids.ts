/** Seeded generator (mulberry32): numbers in [0, 1), reproducible by seed. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

// The API server's alphabet for generated names: no vowels, so no words, and no similar characters.
const alphabet = 'bcdfghjklmnpqrstvwxz2456789';

/**
 * Uids and name suffixes from a seed and a counter; the counter is part of a snapshot, so that a restart repeats none.
 */
export class SeededIds {
  constructor(
    private readonly seed: number,
    public drawn = 0,
  ) {}

  uid(): string {
    const random = this.next();
    const hex = Array.from({ length: 32 }, (_, at) =>
      at === 12 ? '4' : at === 16 ? '89ab'[Math.floor(random() * 4)] : Math.floor(random() * 16).toString(16),
    );
    return hex.join('').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  }

  /** Five letters, for `generateName`. */
  suffix(): string {
    const random = this.next();
    return Array.from({ length: 5 }, () => alphabet[Math.floor(random() * alphabet.length)]).join('');
  }

  private next(): () => number {
    this.drawn += 1;
    return seededRandom(Math.imul(this.seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(this.drawn, 0xc2b2ae35));
  }
}
