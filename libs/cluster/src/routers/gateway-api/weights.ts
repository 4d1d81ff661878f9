import type { Mark } from './mark';
import { rulesOf, weightOf, type BackendRef, type Backends, type Route, type RuleBackends } from './route';

/** The greatest weight that the Gateway API allows. */
const MAX_WEIGHT = 1_000_000;

/** The new backends of a rule, by its index. */
export type NewBackends = ReadonlyMap<number, readonly BackendRef[]>;

/** The weights of the Service's backends without a canary; null: the default. */
type Originals = ReadonlyArray<number | null>;

/**
 * The weights as they were before the release: those of a rule without the canary are the live ones, because a client
 * may have restored them. Beside other backends the sum of both tracks is kept, so that their share stays the same.
 */
function originalsOf({ index, stable, canary, hasOthers }: RuleBackends, mark: Mark | undefined): Originals {
  if (canary.length === 0) return stable.map(({ weight }) => weight ?? null);
  const noted = mark?.weights?.[index];
  return stable.map((ref, position) => {
    if (noted && position < noted.length) return noted[position]!;
    const sibling = canary[position];
    return hasOthers && sibling ? weightOf(ref) + weightOf(sibling) : null;
  });
}

export const notedWeights = (route: Route, backends: Backends, mark: Mark | undefined): NonNullable<Mark['weights']> =>
  Object.fromEntries(rulesOf(route, backends).map((rule) => [String(rule.index), originalsOf(rule, mark)]));

/**
 * The backends with `percent` of the Service's traffic on the canary's Service: each backend of the Service gets a
 * sibling that differs only in its name and weight.
 */
export function shifted(route: Route, backends: Backends, percent: number, mark: Mark | undefined): NewBackends {
  return new Map(
    rulesOf(route, backends).map((rule) => {
      const originals = originalsOf(rule, mark);
      const factor = factorOf(rule, originals, percent);
      const refs = rule.refs
        .filter((ref) => !rule.canary.includes(ref))
        .flatMap((ref) => {
          const position = rule.stable.indexOf(ref);
          if (position < 0) return [ref];
          const total = (originals[position] ?? 1) * factor;
          const canary = Math.round((total * percent) / 100);
          return [{ ...ref, weight: total - canary }, { ...ref, name: backends.canaryService, weight: canary }];
        });
      return [rule.index, refs];
    }),
  );
}

/** A rule with no other backend may have any sum of weights: one in which the percentage is exact. */
function factorOf({ hasOthers }: RuleBackends, originals: Originals, percent: number): number {
  const decimals = String(percent).split('.')[1]?.length ?? 0;
  const factor = 100 * 10 ** Math.min(decimals, 2);
  return hasOthers || Math.max(...originals.map((weight) => weight ?? 1)) * factor > MAX_WEIGHT ? 1 : factor;
}

/** The backends as they were before the release. */
export function restored(route: Route, backends: Backends, mark: Mark | undefined): NewBackends {
  return new Map(
    rulesOf(route, backends).filter(({ canary }) => canary.length > 0).map((rule) => {
      const originals = originalsOf(rule, mark);
      const refs = rule.refs
        .filter((ref) => !rule.canary.includes(ref))
        .map((ref) => {
          const position = rule.stable.indexOf(ref);
          return position < 0 ? ref : withWeight(ref, originals[position] ?? null);
        });
      return [rule.index, refs];
    }),
  );
}

function withWeight({ weight: _shifted, ...ref }: BackendRef, weight: number | null): BackendRef {
  return weight === null ? ref : { ...ref, weight };
}

/**
 * Percent of the Service's traffic that the rules give to the canary: the least of all rules, because each is reached
 * only when all are; 0: no rule names the Service.
 */
export function reachedBy(route: Route, backends: Backends): number {
  const shares = rulesOf(route, backends).map(shareOf).filter((share) => share !== undefined);
  return shares.length === 0 ? 0 : Math.min(...shares);
}

/** Percent that the rule that gives most gives to the canary. */
export const mostOn = (route: Route, backends: Backends): number =>
  Math.max(0, ...rulesOf(route, backends).map((rule) => shareOf(rule) ?? 0));

/** Undefined: the rule sends nothing to either track. */
function shareOf({ stable, canary }: RuleBackends): number | undefined {
  const sum = (refs: readonly BackendRef[]): number => refs.reduce((all, ref) => all + weightOf(ref), 0);
  const total = sum(stable) + sum(canary);
  return total === 0 ? undefined : Math.round((10_000 * sum(canary)) / total) / 100;
}

/** Whether the beside-others rules have weights large enough to be divided by percent. */
export const divisible = (route: Route, backends: Backends): boolean =>
  rulesOf(route, backends)
    .filter(({ hasOthers, canary }) => hasOthers && canary.length === 0)
    .every(({ stable }) => stable.every((ref) => weightOf(ref) === 0 || weightOf(ref) >= 100));
