import { quantile } from './quantile';
import { ratioOfMedians, ratioOfTails, type Rounds } from './rounds';

/** A part of docs/performance.md. */
export interface Section {
  readonly title: string;
  /** What is compared with what. */
  readonly text: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Aims that were not met, in words. */
  readonly missed: readonly string[];
}

/** Aims of a latency, in times the floor. */
const MEDIAN_AIM = 2;
const TAIL_AIM = 3;

export const number = (value: number): string => (value >= 99.5 ? Math.round(value).toLocaleString('en') : value.toPrecision(2));
export const times = (ratio: number): string => `${number(ratio)} ×`;

/** Rows of latencies in ms, each held against its floor. */
export function latencies(title: string, text: string, rows: Readonly<Record<string, Rounds>>): Section {
  const missed = Object.entries(rows).flatMap(([what, rounds]) => {
    const [p50, p99] = [ratioOfMedians(rounds), ratioOfTails(rounds)];
    return [
      ...(p50 <= MEDIAN_AIM ? [] : [`${what}: p50 is ${times(p50)} the floor`]),
      ...(p99 <= TAIL_AIM ? [] : [`${what}: p99 is ${times(p99)} the floor`]),
    ];
  });
  return {
    title,
    text,
    head: [
      '',
      'samples',
      'floor p50, ms',
      'Alloy p50, ms',
      `ratio (aim ≤ ${MEDIAN_AIM})`,
      'floor p99, ms',
      'Alloy p99, ms',
      `ratio (aim ≤ ${TAIL_AIM})`,
    ],
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
    missed,
  };
}
