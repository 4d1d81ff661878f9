import type { KubeObject } from '@alloy/contracts';
import type { Mark } from './mark';
import type { Backends, NewBackends, RouteFormat } from './route-format';
import { ruleBackends, weightIn, type RuleBackends, type RuleFormat } from './rule-backends';

/** The weights of the Service's backends without a canary; null: the default. */
type Originals = ReadonlyArray<number | null>;

/** What a format needs for weights. */
export type WeightFormat<R extends KubeObject, B> =
  RuleFormat<R, B> & Pick<RouteFormat<R, B>, 'maxWeight' | 'soleWeight' | 'weighed' | 'renamed'>;

/** How the weights of a route are read and changed. */
export type Weights<R extends KubeObject, B> = ReturnType<typeof weightsIn<R, B>>;

/** The arithmetic of the weights of routes with this format. Pure. */
export function weightsIn<R extends KubeObject, B>(format: WeightFormat<R, B>) {
  /** Without the canary's backends, which its rule had not before the release. */
  const originalWeight = (weight: number | null, { refs, canary }: RuleBackends<B>): number =>
    weight ?? format.defaultWeight?.(refs.length - canary.length) ?? 1;
  const rulesOf = (route: R, backends: Backends) => ruleBackends(format, route, backends);

  /**
   * The weights as they were before the release: those of a rule without the canary are the live ones, because a client
   * may have restored them. Beside other backends the sum of both tracks is kept, so that their share stays the same.
   */
  function originalsOf({ index, refs, stable, canary, hasOthers }: RuleBackends<B>, mark: Mark | undefined): Originals {
    if (canary.length === 0) return stable.map((ref) => format.weightOf(ref));
    const noted = mark?.weights?.[index];
    return stable.map((ref, position) => {
      if (noted && position < noted.length) return noted[position]!;
      const sibling = canary[position];
      return hasOthers && sibling ? weightIn(format, ref, refs) + weightIn(format, sibling, refs) : null;
    });
  }

  const notedWeights = (route: R, backends: Backends, mark: Mark | undefined): NonNullable<Mark['weights']> =>
    Object.fromEntries(rulesOf(route, backends).map((rule) => [String(rule.index), originalsOf(rule, mark)]));

  /**
   * The sums of the weights that each of the Service's backends shares with its sibling. A rule with no other backend
   * may have any sum: one in which the percentage is exact.
   */
  function totalsOf(rule: RuleBackends<B>, originals: Originals, percent: number): readonly number[] {
    const weights = originals.map((weight) => originalWeight(weight, rule));
    const precision = 10 ** Math.min(String(percent).split('.')[1]?.length ?? 0, 2);
    const isSole = format.soleWeight !== undefined && weights.length === 1 && weights[0]! > 0;
    if (!rule.hasOthers && isSole) return [format.soleWeight * precision];
    const factor = 100 * precision;
    return rule.hasOthers || Math.max(...weights) * factor > format.maxWeight ? weights : weights.map((weight) => weight * factor);
  }

  /**
   * The backends with `percent` of the Service's traffic on the canary's Service: each backend of the Service gets a
   * sibling that differs only in its name and weight.
   */
  const shifted = (route: R, backends: Backends, percent: number, mark: Mark | undefined): NewBackends<B> =>
    new Map(
      rulesOf(route, backends).map((rule) => {
        const originals = originalsOf(rule, mark);
        const totals = totalsOf(rule, originals, percent);
        const refs = rule.refs
          .filter((ref) => !rule.canary.includes(ref))
          .flatMap((ref) => {
            const position = rule.stable.indexOf(ref);
            if (position < 0) return [ref];
            const total = totals[position]!;
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
  function shareOf({ refs, stable, canary }: RuleBackends<B>): number | undefined {
    const sum = (some: readonly B[]): number => some.reduce((all, ref) => all + weightIn(format, ref, refs), 0);
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

  return { notedWeights, shifted, restored, reachedBy, mostOn };
}
