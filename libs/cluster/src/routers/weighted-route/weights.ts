import type { KubeObject } from '@alloy/contracts';
import type { Mark } from './mark';
import type { Backends, NewBackends, RouteFormat } from './route-format';
import { ruleBackends, type RuleBackends } from './rule-backends';

/** The weights of the Service's backends without a canary; null: the default. */
type Originals = ReadonlyArray<number | null>;

/** What a format needs for weights. */
export type WeightFormat<R extends KubeObject, B> =
  Pick<RouteFormat<R, B>, 'maxWeight' | 'rulesOf' | 'serviceOf' | 'weightOf' | 'weighed' | 'renamed'>;

/** How the weights of a route are read and changed. */
export type Weights<R extends KubeObject, B> = ReturnType<typeof weightsIn<R, B>>;

/** The arithmetic of the weights of routes with this format. Pure. */
export function weightsIn<R extends KubeObject, B>(format: WeightFormat<R, B>) {
  const weightOf = (backend: B): number => format.weightOf(backend) ?? 1;
  const rulesOf = (route: R, backends: Backends) => ruleBackends(format, route, backends);

  /**
   * The weights as they were before the release: those of a rule without the canary are the live ones, because a client
   * may have restored them. Beside other backends the sum of both tracks is kept, so that their share stays the same.
   */
  function originalsOf({ index, stable, canary, hasOthers }: RuleBackends<B>, mark: Mark | undefined): Originals {
    if (canary.length === 0) return stable.map((ref) => format.weightOf(ref));
    const noted = mark?.weights?.[index];
    return stable.map((ref, position) => {
      if (noted && position < noted.length) return noted[position]!;
      const sibling = canary[position];
      return hasOthers && sibling ? weightOf(ref) + weightOf(sibling) : null;
    });
  }

  const notedWeights = (route: R, backends: Backends, mark: Mark | undefined): NonNullable<Mark['weights']> =>
    Object.fromEntries(rulesOf(route, backends).map((rule) => [String(rule.index), originalsOf(rule, mark)]));

  /** A rule with no other backend may have any sum of weights: one in which the percentage is exact. */
  function factorOf({ hasOthers }: RuleBackends<B>, originals: Originals, percent: number): number {
    const decimals = String(percent).split('.')[1]?.length ?? 0;
    const factor = 100 * 10 ** Math.min(decimals, 2);
    return hasOthers || Math.max(...originals.map((weight) => weight ?? 1)) * factor > format.maxWeight ? 1 : factor;
  }

  /**
   * The backends with `percent` of the Service's traffic on the canary's Service: each backend of the Service gets a
   * sibling that differs only in its name and weight.
   */
  const shifted = (route: R, backends: Backends, percent: number, mark: Mark | undefined): NewBackends<B> =>
    new Map(
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
            return [format.weighed(ref, total - canary), format.weighed(format.renamed(ref, backends.canaryService), canary)];
          });
        return [rule.index, refs];
      }),
    );

  /** The backends as they were before the release. */
  const restored = (route: R, backends: Backends, mark: Mark | undefined): NewBackends<B> =>
    new Map(
      rulesOf(route, backends).filter(({ canary }) => canary.length > 0).map((rule) => {
        const originals = originalsOf(rule, mark);
        const refs = rule.refs
          .filter((ref) => !rule.canary.includes(ref))
          .map((ref) => {
            const position = rule.stable.indexOf(ref);
            return position < 0 ? ref : format.weighed(ref, originals[position] ?? null);
          });
        return [rule.index, refs];
      }),
    );

  /** Undefined: the rule sends nothing to either track. */
  function shareOf({ stable, canary }: RuleBackends<B>): number | undefined {
    const sum = (refs: readonly B[]): number => refs.reduce((all, ref) => all + weightOf(ref), 0);
    const total = sum(stable) + sum(canary);
    return total === 0 ? undefined : Math.round((10_000 * sum(canary)) / total) / 100;
  }

  /**
   * Percent of the Service's traffic that the rules give to the canary: the least of all rules, because each is reached
   * only when all are; 0: no rule names the Service.
   */
  function reachedBy(route: R, backends: Backends): number {
    const shares = rulesOf(route, backends).map(shareOf).filter((share) => share !== undefined);
    return shares.length === 0 ? 0 : Math.min(...shares);
  }

  /** Percent that the rule that gives most gives to the canary. */
  const mostOn = (route: R, backends: Backends): number =>
    Math.max(0, ...rulesOf(route, backends).map((rule) => shareOf(rule) ?? 0));

  /** Whether the beside-others rules have weights large enough to be divided by percent. */
  const divisible = (route: R, backends: Backends): boolean =>
    rulesOf(route, backends)
      .filter(({ hasOthers, canary }) => hasOthers && canary.length === 0)
      .every(({ stable }) => stable.every((ref) => weightOf(ref) === 0 || weightOf(ref) >= 100));

  /** Whether a rule sends some of the Service's traffic to either track. */
  const hasTraffic = (route: R, backends: Backends): boolean => rulesOf(route, backends).some((rule) => shareOf(rule) !== undefined);

  return { notedWeights, shifted, restored, reachedBy, mostOn, divisible, hasTraffic };
}
