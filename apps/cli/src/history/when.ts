import { CliError } from '../cli-error';
import { exitCodes } from '../exit-codes';

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const ISO = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)?)?$/;

/**
 * A time as users type it: ISO 8601 (without a zone: UTC), or an age before `now` (ms since 1970) such as `90s`, `10m`,
 * `2h`, `3d`. Returns ISO 8601, UTC. Throws `CliError`.
 */
export function timeOf(text: string, now: number, option: string): string {
  const [, count, unit = ''] = /^([0-9]{1,6})([smhd])$/.exec(text) ?? [];
  if (count !== undefined) return new Date(now - Number(count) * UNITS[unit]!).toISOString();
  const iso = ISO.exec(text);
  const time = iso ? Date.parse(text.includes('T') && iso[1] === undefined ? `${text}Z` : text) : Number.NaN;
  if (Number.isNaN(time))
    throw new CliError(
      'bad_time',
      exitCodes.usage,
      `${option} must be a time such as 2026-01-31T08:00:00Z, or an age such as 90s, 10m, 2h or 3d`,
    );
  return new Date(time).toISOString();
}

/**
 * A moment of a release: a version, with or without `v`, or a time as `timeOf` reads it, in ms since 1970. Throws
 * `CliError`.
 */
export function momentOf(text: string, now: number, option: string): { readonly version: number } | { readonly time: number } {
  const [, version] = /^v?([0-9]{1,9})$/.exec(text) ?? [];
  return version === undefined
    ? { time: Date.parse(timeOf(text, now, `${option}, unless it is a version such as v18,`)) }
    : { version: Number(version) };
}
