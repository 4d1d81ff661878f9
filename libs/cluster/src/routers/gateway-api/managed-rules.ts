import type { ManagedRoute, MirrorRoute, RouteMatch } from '@alloy/release';
import { settingCookies, setsCookies, withoutCookies } from './cookie';
import { bothOf, matchesOf } from './matches';
import { hasMirror, mirrored, mirroredRules, withoutMirror } from './mirror';
import type { Backends } from '../weighted-route/route-format';
import { isService, rulesOf, weightOf, type BackendRef, type Match, type Route, type Rule } from './route';

/**
 * Whether Alloy has made the rule. Its first backend is the canary's Service, which exists only during the release; in
 * a rule of the user's it follows the workload's. Rules need not have a name (the API server removes it, where the
 * standard Gateway API 1.3 is installed), and their indices change.
 */
const isManaged = ({ backendRefs: [first] = [] }: Rule, route: Route, { canaryService }: Backends): boolean =>
  first !== undefined && isService(first, canaryService, route);

/** The route with the rules and filters of the user's alone. */
export function withoutManaged(route: Route, backends: Backends): Route {
  const { spec } = route;
  const isChanged = (rule: Rule): boolean => isManaged(rule, route, backends) || hasMirror(rule, route, backends) || setsCookies(rule);
  if (!spec?.rules?.some(isChanged)) return route;
  const own = spec.rules.filter((rule) => !isManaged(rule, route, backends));
  return { ...route, spec: { ...spec, rules: own.map((rule) => withoutCookies(withoutMirror(rule, route, backends))) } };
}

/**
 * The rules of the user's, with copies of their requests for mirrors without a match, and the rules for these routes:
 * for each rule with the workload's Service one more, with more conditions, and with all else of it, such as filters
 * and timeouts. They are the last ones: a rule with more conditions precedes wherever it is, and of two with as many
 * the earlier one precedes. `own`: see `withoutManaged`, with the canary's backends.
 */
export const withManaged = (own: Route, backends: Backends, routes: readonly ManagedRoute[]): readonly Rule[] => [
  ...mirroredRules(own, backends, routes.filter((route): route is MirrorRoute => route.kind === 'mirror' && route.match === null))
    .map((rule) => settingCookies(rule, own, backends, routes)),
  ...routes.flatMap((managed) => derivedRules(own, backends, managed)),
];

function derivedRules(own: Route, backends: Backends, managed: ManagedRoute): readonly Rule[] {
  const { match } = managed;
  if (match === null) return [];
  return rulesOf(own, backends).flatMap(({ index, refs, stable, canary: [first, ...more] }) => {
    const rule = own.spec!.rules![index]!;
    const canary = first ? [first, ...more] : [];
    if (managed.kind === 'header' && !managed.to) return derived(rule, { ...managed, match }, own.kind, only(canary, stable));
    // The canary's Service comes first, so that the rule is recognized.
    const none = canary.map((ref) => ({ ...ref, weight: 0 }));
    if (managed.kind === 'header') return first ? derived(rule, { ...managed, match }, own.kind, [...none, ...only(stable, canary)]) : [];
    const others = refs.filter((ref) => !canary.includes(ref));
    return first ? derived(mirrored(rule, managed, first), { ...managed, match }, own.kind, [...canary, ...others]) : [];
  });
}

/** The backends of one track with all the traffic of the workload's. */
function only(track: readonly BackendRef[], other: readonly BackendRef[]): readonly BackendRef[] {
  const all = track.map((ref, index) => {
    const sibling = other[index];
    return { ...ref, weight: weightOf(ref) + (sibling ? weightOf(sibling) : 0) };
  });
  const used = all.filter(({ weight }) => weight > 0);
  return used.length === 1 ? [{ ...used[0]!, weight: 1 }] : used;
}

/** What a rule is made for. */
interface Matching {
  readonly name: string;
  readonly match: readonly RouteMatch[];
}

function derived(rule: Rule, managed: Matching, kind: string, backendRefs: readonly BackendRef[]): readonly Rule[] {
  const matches = allMatches(rule, managed, kind);
  if (matches.length === 0 || backendRefs.length === 0) return [];
  const { name: own, ...rest } = rule;
  const ruleOf = (some: readonly Match[], part = ''): Rule =>
    ({ ...(own !== undefined && { name: `${own}-${managed.name}${part}` }), ...rest, matches: some, backendRefs });
  // Such a filter needs exactly one match.
  return hasReplacedPrefix(rule) ? matches.map((match, index) => ruleOf([match], `-${index}`)) : [ruleOf(matches)];
}

/** The matches of the rule with the additional conditions, without those that no request fulfils. */
const allMatches = ({ matches }: Rule, { match }: Matching, kind: string): readonly Match[] =>
  matchesOf(matches, kind).flatMap((one) => match.flatMap((other) => bothOf(one, other, kind) ?? []));

const hasReplacedPrefix = (rule: Rule): boolean => JSON.stringify(rule).includes('"ReplacePrefixMatch"');
