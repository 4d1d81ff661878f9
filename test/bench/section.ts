import { quantile } from './quantile';
import { ratioOfMedians, ratioOfTails, type Rounds } from './rounds';

/** One measured number in the table "At a glance". Texts are Markdown. */
export interface Figure {
  readonly name: string;
  /** With its unit. */
  readonly value: string;
  /** Undefined: the figure has no goal. */
  readonly goal?: string;
  /** Undefined: the figure has no goal. */
  readonly result?: Result;
  /** Title of the section with its details; default: the section to which the figure belongs. */
  readonly section?: string;
}

export type Result = 'reached' | 'missed' | 'not measured';

/** A section of docs/performance.md. */
export interface Section {
  readonly title: string;
  /** What is measured, and with what it is compared. */
  readonly text: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly figures: readonly Figure[];
}

/** Goals of a latency, as multiples of the floor. */
const MEDIAN_GOAL = 2;
const TAIL_GOAL = 3;

export const number = (value: number): string => (value >= 99.5 ? Math.round(value).toLocaleString('en') : value.toPrecision(2));
export const times = (ratio: number): string => `${number(ratio)} ×`;
export const goalResult = (isReached: boolean): Result => (isReached ? 'reached' : 'missed');

/** A section with one row of latencies in ms for each pair of Alloy and its floor. */
export function latencies(title: string, text: string, rows: Readonly<Record<string, Rounds>>): Section {
  const ratios = [`ratio (goal ≤ ${MEDIAN_GOAL})`, `ratio (goal ≤ ${TAIL_GOAL})`] as const;
  return {
    title,
    text,
    head: ['', 'samples', 'floor p50, ms', 'Alloy p50, ms', ratios[0], 'floor p99, ms', 'Alloy p99, ms', ratios[1]],
    rows: Object.entries(rows).map(([what, rounds]) => {
      const [floor, alloy] = [rounds.floor.flat(), rounds.alloy.flat()];
      return [
        what,
        `${floor.length} and ${alloy.length}`,
        number(quantile(floor, 0.5)),
        number(quantile(alloy, 0.5)),
        times(ratioOfMedians(rounds)),
        number(quantile(floor, 0.99)),
        number(quantile(alloy, 0.99)),
        times(ratioOfTails(rounds)),
      ];
    }),
    figures: Object.entries(rows).flatMap(([what, rounds]) => {
      const alloy = rounds.alloy.flat();
      return [
        latency(`${what}, p50`, quantile(alloy, 0.5), ratioOfMedians(rounds), MEDIAN_GOAL),
        latency(`${what}, p99`, quantile(alloy, 0.99), ratioOfTails(rounds), TAIL_GOAL),
      ];
    }),
  };
}

const latency = (name: string, ms: number, ratio: number, goal: number): Figure => ({
  name,
  value: `${number(ms)} ms, ${times(ratio)} the floor`,
  goal: `≤ ${goal} × the floor`,
  result: goalResult(ratio <= goal),
});
