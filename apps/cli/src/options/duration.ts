import { InvalidArgumentError } from 'commander';

const UNITS: Readonly<Record<string, number>> = { '': 1_000, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Parses a duration such as `90`, `90s`, `10m`, `2h` or `1d`; returns ms. */
export function duration(text: string): number {
  const [, count, unit = ''] = /^([0-9]{1,6})([smhd]?)$/.exec(text) ?? [];
  if (count === undefined || Number(count) === 0) throw new InvalidArgumentError('It must be a duration such as 90s, 10m, 2h or 1d.');
  return Number(count) * UNITS[unit]!;
}
