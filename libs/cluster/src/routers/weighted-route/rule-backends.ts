import type { KubeObject } from '@alloy/contracts';
import type { Backends, RouteShape } from './route-format';

/** The backends of a rule that are stable, the canary's, and others that get traffic. */
export interface RuleBackends<B> {
  readonly index: number;
  readonly refs: readonly B[];
  readonly stable: readonly B[];
  readonly canary: readonly B[];
  readonly hasOthers: boolean;
}

/** What a format needs to find the backends of its rules. */
export type RuleFormat<R extends KubeObject, B> =
  Pick<RouteShape<R, B>, 'rulesOf' | 'namesOf' | 'serviceOf' | 'weightOf' | 'defaultWeight'>;

/** The weight of one of the backends of a rule. */
export const weightIn = <R extends KubeObject, B>(format: RuleFormat<R, B>, backend: B, rule: readonly B[]): number =>
  format.weightOf(backend) ?? format.defaultWeight?.(rule.length) ?? 1;

/** The chosen rules that name the workload's Service, and all that name the canary's. */
export function ruleBackends<R extends KubeObject, B>(
  format: RuleFormat<R, B>, route: R, { service, canaryService, rules }: Backends,
): ReadonlyArray<RuleBackends<B>> {
  const names = format.namesOf?.(route) ?? [];
  const isChosen = (index: number): boolean => rules === undefined || rules.includes(names[index] ?? '');
  return format.rulesOf(route)
    .map((refs, index) => {
      const stable = refs.filter((ref) => format.serviceOf(ref, route) === service);
      const canary = refs.filter((ref) => format.serviceOf(ref, route) === canaryService);
      const hasOthers = refs.some((ref) => !stable.includes(ref) && !canary.includes(ref) && weightIn(format, ref, refs) > 0);
      return { index, refs, stable, canary, hasOthers };
    })
    .filter(({ index, stable, canary }) => canary.length > 0 || (stable.length > 0 && isChosen(index)));
}

/** Names of the Services in the rules of the route. */
export const servicesNamedBy = <R extends KubeObject, B>(
  { rulesOf, serviceOf }: Pick<RouteShape<R, B>, 'rulesOf' | 'serviceOf'>, route: R,
): readonly string[] => [...new Set(rulesOf(route).flat().flatMap((ref) => serviceOf(ref, route) ?? []))];

/** Whether a rule sends some of the Service's traffic to either track. */
export const hasTraffic = <R extends KubeObject, B>(format: RuleFormat<R, B>, route: R, backends: Backends): boolean =>
  ruleBackends(format, route, backends)
    .some(({ refs, stable, canary }) => [...stable, ...canary].some((ref) => weightIn(format, ref, refs) > 0));

/** Whether the rules with other backends have weights large enough to be divided by percent. */
export const isDivisible = <R extends KubeObject, B>(format: RuleFormat<R, B>, route: R, backends: Backends): boolean =>
  ruleBackends(format, route, backends)
    .filter(({ hasOthers, canary }) => hasOthers && canary.length === 0)
    .every(({ refs, stable }) => stable.map((ref) => weightIn(format, ref, refs)).every((weight) => weight === 0 || weight >= 100));
