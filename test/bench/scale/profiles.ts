import { number } from '../section';
import { total, type Counted } from './audit-counts';
import type { SelfTime } from './cpu-profile';
import type { Statement } from './statements';
import type { Profile } from './table';

const MOST = 10;
const FUNCTIONS = 15;

/** The most frequent requests, per second, and per second and release. */
export function requestProfile(
  counts: readonly Counted[],
  { seconds, live }: { readonly seconds: number; readonly live: number },
): Profile {
  const agents = counts.some(({ userAgent }) => userAgent !== '');
  const rate = (count: number): readonly string[] => [number(count / seconds), number(count / seconds / live)];
  return {
    text: `${total(counts)} requests in ${number(seconds)} s, from the API server’s audit log; a watch counts once.`,
    head: ['service', 'verb', 'resource', 'of', ...(agents ? ['user agent'] : []), 'per second', 'per second and release'],
    rows: [
      ...counts
        .slice(0, MOST)
        .map(({ service, verb, resource, scope, userAgent, count }) => [
          service,
          verb,
          resource,
          scope,
          ...(agents ? [userAgent] : []),
          ...rate(count),
        ]),
      ['all', '', '', '', ...(agents ? [''] : []), ...rate(total(counts))],
    ],
  };
}

/** The most frequent requests of one release. */
export function releaseProfile(counts: readonly Counted[]): Profile {
  return {
    text: 'Requests in the API server’s audit log from the POST of the webhook until two seconds after the promotion.',
    head: ['service', 'verb', 'resource', 'of', 'requests'],
    rows: [
      ...counts.slice(0, MOST).map(({ service, verb, resource, scope, count }) => [service, verb, resource, scope, `${count}`]),
      ['all', '', '', '', `${total(counts)}`],
    ],
  };
}

const TEXT = 90;

export function statementProfile(statements: readonly Statement[], seconds: number): Profile {
  return {
    text: 'The most frequent statements, from pg_stat_statements.',
    head: ['service', 'statement', 'calls/s', 'ms each'],
    rows: statements
      .slice(0, MOST)
      .map(({ service, text, calls, ms }) => [
        service,
        text.slice(0, TEXT).replaceAll('|', '\\|'),
        number(calls / seconds),
        number(ms / calls),
      ]),
  };
}

/** A figure of each service. */
export function serviceProfile(text: string, head: string, values: Readonly<Record<string, number>>): Profile {
  return { text, head: ['service', head], rows: Object.entries(values).map(([service, value]) => [service, number(value)]) };
}

/** The functions with the most self time. */
export const functionProfile = (times: readonly SelfTime[], text: string): Profile => ({
  text,
  head: ['function', 'at', '% of a core'],
  rows: times.slice(0, FUNCTIONS).map(({ name, place, share }) => [name, place, number(share * 100)]),
});
