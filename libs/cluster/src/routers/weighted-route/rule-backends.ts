import type { KubeObject } from '@alloy/contracts';
import type { Backends, RouteFormat } from './route-format';

/** The backends of a rule that are stable, the canary's, and others that get traffic. */
export interface RuleBackends<B> {
  readonly index: number;
  readonly refs: readonly B[];
  readonly stable: readonly B[];
  readonly canary: readonly B[];
  readonly hasOthers: boolean;
}

/** The rules that name the workload's Service, or the canary's. */
export function ruleBackends<R extends KubeObject, B>(
  { rulesOf, serviceOf, weightOf }: Pick<RouteFormat<R, B>, 'rulesOf' | 'serviceOf' | 'weightOf'>, route: R,
  { service, canaryService }: Backends,
): ReadonlyArray<RuleBackends<B>> {
  return rulesOf(route)
    .map((refs, index) => {
      const stable = refs.filter((ref) => serviceOf(ref, route) === service);
      const canary = refs.filter((ref) => serviceOf(ref, route) === canaryService);
      const hasOthers = refs.some((ref) => !stable.includes(ref) && !canary.includes(ref) && (weightOf(ref) ?? 1) > 0);
      return { index, refs, stable, canary, hasOthers };
    })
    .filter(({ stable, canary }) => stable.length + canary.length > 0);
}

/** Names of the Services in the rules of the route. */
export const servicesNamedBy = <R extends KubeObject, B>(
  { rulesOf, serviceOf }: Pick<RouteFormat<R, B>, 'rulesOf' | 'serviceOf'>, route: R,
): readonly string[] => [...new Set(rulesOf(route).flat().flatMap((ref) => serviceOf(ref, route) ?? []))];
