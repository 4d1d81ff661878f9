import type { Stable } from '../api/shapes';

/** What runs instead of the stable version, since when, and who changed it. */
export function stableDriftText({ live, manager, since }: NonNullable<Stable['drift']>): string {
  const what = live ? `${live.image} runs` : 'the Deployment does not exist any more';
  return `${what}, since ${since}, changed by ${manager ?? 'another client'}`;
}
