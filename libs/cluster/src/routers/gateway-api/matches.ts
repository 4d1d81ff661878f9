import type { RouteMatch } from '@alloy/release';
import type { Match, ValueMatch } from './route';

/** The match of a route without one: every path (the default of an HTTPRoute). */
const EVERY_PATH: Match = { path: { type: 'PathPrefix', value: '/' } };

/** The matches of a rule; those that the API server gives a rule without any. */
export const matchesOf = (matches: readonly Match[] | undefined, kind: string): readonly Match[] =>
  matches && matches.length > 0 ? matches : [kind === 'HTTPRoute' ? EVERY_PATH : {}];

/**
 * The requests for which both hold. Null: there are none. Undefined: a route cannot say it, because it has one
 * condition on each header and parameter, and a GRPCRoute has no parameters and other methods.
 */
export function bothOf(own: Match, { header, cookie, queryParam, method }: RouteMatch, kind: string): Match | null | undefined {
  if (kind !== 'HTTPRoute' && (queryParam ?? method) !== undefined) return undefined;
  const headers = joined(own.headers, [...(header ? [valueOf(header)] : []), ...(cookie ? [cookieMatch(cookie)] : [])], lowerCase);
  const queryParams = joined(own.queryParams, queryParam ? [valueOf(queryParam)] : [], (name) => name);
  if (headers === undefined || queryParams === undefined) return undefined;
  const isOtherMethod = method !== undefined && own.method !== undefined && own.method !== method;
  if (headers === null || queryParams === null || isOtherMethod) return null;
  return {
    ...own,
    ...(headers.length > 0 && { headers }),
    ...(queryParams.length > 0 && { queryParams }),
    ...(method !== undefined && { method }),
  };
}

const lowerCase = (name: string): string => name.toLowerCase();

/** Null: no value fulfils both. Undefined: two conditions on one name. */
function joined(
  own: readonly ValueMatch[] = [], added: readonly ValueMatch[], keyOf: (name: string) => string,
): readonly ValueMatch[] | null | undefined {
  let all = own;
  for (const one of added) {
    const same = own.find(({ name }) => keyOf(name) === keyOf(one.name));
    if (!same) all = [...all, one];
    else if (!isExact(same) || !isExact(one)) return undefined;
    else if (same.value !== one.value) return null;
  }
  return all;
}

const isExact = ({ type = 'Exact' }: ValueMatch): boolean => type === 'Exact';

interface Condition {
  readonly name: string;
  readonly exact?: string | undefined;
  readonly regex?: string | undefined;
}

const valueOf = ({ name, exact, regex }: Condition): ValueMatch =>
  exact === undefined ? { type: 'RegularExpression', name, value: `^(?:${regex})$` } : { type: 'Exact', name, value: exact };

/** A route has no match for cookies: one among those of the header Cookie, which are separated by semicolons. */
const cookieMatch = ({ name, exact, regex }: Condition): ValueMatch =>
  ({ type: 'RegularExpression', name: 'Cookie', value: `^(?:.*;\\s*)?${literal(name)}=(?:${regex ?? literal(exact ?? '')})(?:\\s*;.*)?$` });

const literal = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
