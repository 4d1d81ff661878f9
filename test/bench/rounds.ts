import { median, quantile } from './quantile';

/** Samples of one round, in ms, or rates. */
export type Round = () => Promise<readonly number[]>;

export interface Rounds {
  readonly floor: readonly (readonly number[])[];
  readonly alloy: readonly (readonly number[])[];
}

/** Takes turns, and turns about who goes first: what else the machine does hits both alike. */
export async function takeTurns(rounds: number, floor: Round, alloy: Round): Promise<Rounds> {
  const taken = { floor: [] as (readonly number[])[], alloy: [] as (readonly number[])[] };
  for (let i = 0; i < rounds; i++) {
    const order = [['floor', floor], ['alloy', alloy]] as const;
    for (const [name, round] of i % 2 === 0 ? order : order.toReversed()) taken[name].push(await round());
  }
  return taken;
}

/** How many times Alloy's value is the floor's, both of the same round: the median of all rounds. */
export const ratioOfMedians = ({ floor, alloy }: Rounds): number => median(alloy.map((samples, i) => median(samples) / median(floor[i]!)));

/** The same of all samples' 99th percentiles: one round is too short to have its own. */
export const ratioOfTails = ({ floor, alloy }: Rounds): number => quantile(alloy.flat(), 0.99) / quantile(floor.flat(), 0.99);
