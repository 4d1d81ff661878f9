import { median, quantile } from './quantile';

/** Measures one round; returns its samples: ms, or rates. */
export type Round = () => Promise<readonly number[]>;

export interface Rounds {
  readonly floor: readonly (readonly number[])[];
  readonly alloy: readonly (readonly number[])[];
}

/**
 * Measures floor and Alloy in each round, and changes which is first, so that other load of the machine affects both
 * equally.
 */
export async function alternate(rounds: number, floor: Round, alloy: Round): Promise<Rounds> {
  const samples = { floor: [] as (readonly number[])[], alloy: [] as (readonly number[])[] };
  for (let i = 0; i < rounds; i++) {
    const order = [['floor', floor], ['alloy', alloy]] as const;
    for (const [name, round] of i % 2 === 0 ? order : order.toReversed()) samples[name].push(await round());
  }
  return samples;
}

/** The median of all rounds of the ratio of Alloy's median to the floor's median in the same round. */
export const ratioOfMedians = ({ floor, alloy }: Rounds): number => median(alloy.map((samples, i) => median(samples) / median(floor[i]!)));

/** The ratio of the 99th percentiles of all samples; one round has too few samples for a 99th percentile. */
export const ratioOfTails = ({ floor, alloy }: Rounds): number => quantile(alloy.flat(), 0.99) / quantile(floor.flat(), 0.99);
