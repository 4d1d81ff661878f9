import type { ManagedRoute, RouteMatch } from '@alloy/release';
import { addsCookie } from './cookie';
import { withoutManaged } from './managed-rules';
import { bothOf, matchesOf } from './matches';
import { rulesWith } from './patch';
import type { Backends } from '../weighted-route/route-format';
import { rulesOf, type Match, type Route, type Rule } from './route';
import { shifted } from './weights';

/** Limits of the Gateway API for a route. */
const MOST_RULES = 16;
const MOST_FILTERS = 16;
const MOST_MATCHES = { inRule: 64, inRoute: 128 };

/**
 * Why the route cannot have the rules of these routes of a canary, which are in effect at the same time; undefined: it
 * can. Pure.
 */
export function unfit(route: Route, backends: Backends, routes: readonly ManagedRoute[]): string | undefined {
  if (routes.length === 0) return undefined;
  const own = withoutManaged(route, backends);
  const named = `${route.kind} ${route.metadata.name}`;
  return (
    unkept(own, backends, routes, named) ??
    routes.map((managed) => inexpressible(own, backends, managed, named)).find((text) => text !== undefined) ??
    tooMany(rulesWith(own, backends, shifted(own, backends, 0, undefined), routes), route.kind, named)
  );
}

/** Why the route cannot keep users by cookies. */
function unkept(own: Route, backends: Backends, routes: readonly ManagedRoute[], named: string): string | undefined {
  if (!routes.some((route) => route.kind === 'header' && route.sets)) return undefined;
  if (own.kind !== 'HTTPRoute') return `clients of ${named} keep no cookies, which traffic.sessionAffinity needs: leave it out`;
  return rulesOf(own, backends).some(({ stable }) => stable.some(addsCookie))
    ? `a backend of ${named} has a filter that adds the header Set-Cookie, which traffic.sessionAffinity adds, and a filter has only one`
    : undefined;
}

function inexpressible(own: Route, backends: Backends, { name, match, kind }: ManagedRoute, named: string): string | undefined {
  if (match === null) return undefined;
  const rules = rulesOf(own, backends).map(({ index }) => own.spec!.rules![index]!);
  const isUnknown = match.some((one) => bothOf({}, one, own.kind) === undefined);
  if (isUnknown) return `${named} can match no parameters of a query and no HTTP methods, as ${kind} route ${name} does`;
  const conflict = rules.find((rule) =>
    matchesOf(rule.matches, own.kind).some((one) => match.some((other) => bothOf(one, other, own.kind) === undefined)),
  );
  if (conflict) {
    return `a rule of ${named} has a condition on a header or a parameter on which ${kind} route ${name} has one, and a match has only one`;
  }
  const covered = shadowed(own, rules, match);
  return covered && `${kind} route ${name} would take requests from the rule of ${named} that ${covered}`;
}

/**
 * A rule of the user's for other Services that some requests reach now, because it matches more than a rule of the
 * workload's, but which matches less than that rule with the additional conditions.
 */
function shadowed(own: Route, rules: readonly Rule[], match: readonly RouteMatch[]): string | undefined {
  const others = (own.spec?.rules ?? []).filter((rule) => !rules.includes(rule)).flatMap((rule) => matchesOf(rule.matches, own.kind));
  for (const mine of rules.flatMap((rule) => matchesOf(rule.matches, own.kind))) {
    for (const condition of match) {
      const both = bothOf(mine, condition, own.kind);
      const taken = both && others.find((other) => samePath(mine, other) && isFewer(mine, other) && isFewer(other, both));
      if (taken) return `matches ${JSON.stringify(taken)}`;
    }
  }
  return undefined;
}

const samePath = (one: Match, other: Match): boolean =>
  (one.path?.type ?? 'PathPrefix') === (other.path?.type ?? 'PathPrefix') && (one.path?.value ?? '/') === (other.path?.value ?? '/');

/** By the precedence of the Gateway API among matches of one path: the method, the headers, the parameters. */
function isFewer(one: Match, other: Match): boolean {
  const rank = ({ method, headers = [], queryParams = [] }: Match) => [method === undefined ? 0 : 1, headers.length, queryParams.length];
  const [mine, others] = [rank(one), rank(other)];
  const at = mine.findIndex((count, index) => count !== others[index]);
  return at >= 0 && mine[at]! < others[at]!;
}

function tooMany(rules: readonly Rule[], kind: string, named: string): string | undefined {
  const counts = rules.map(({ matches }) => matchesOf(matches, kind).length);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const most = Math.max(0, ...counts);
  const limits: ReadonlyArray<readonly [string, number, string, number]> = [
    [named, rules.length, 'rules', MOST_RULES],
    [`a rule of ${named}`, most, 'matches', MOST_MATCHES.inRule],
    [named, total, 'matches', MOST_MATCHES.inRoute],
    [`a rule of ${named}`, Math.max(0, ...rules.map(({ filters = [] }) => filters.length)), 'filters', MOST_FILTERS],
  ];
  const over = limits.find(([, count, , limit]) => count > limit);
  if (!over) return undefined;
  const [where, count, what, limit] = over;
  return `${where} would have ${count} ${what} with those of the policy's steps; at most ${limit} are possible`;
}
