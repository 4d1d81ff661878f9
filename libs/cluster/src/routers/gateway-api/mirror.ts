import type { MirrorRoute } from '@alloy/release';
import type { Backends } from '../weighted-route/route-format';
import { isService, rulesOf, type BackendRef, type Filter, type Route, type Rule } from './route';

/** Whether Alloy has made the filter: it copies to the canary's Service, which exists only during the release. */
const isOwn = ({ requestMirror }: Filter, route: Route, { canaryService }: Backends): boolean =>
  requestMirror !== undefined && isService(requestMirror.backendRef, canaryService, route);

export const hasMirror = ({ filters = [] }: Rule, route: Route, backends: Backends): boolean =>
  filters.some((filter) => isOwn(filter, route, backends));

/** The rule with the filters of the user's alone. */
export function withoutMirror(rule: Rule, route: Route, backends: Backends): Rule {
  if (!hasMirror(rule, route, backends)) return rule;
  const { filters = [], ...rest } = rule;
  const left = filters.filter((filter) => !isOwn(filter, route, backends));
  return left.length > 0 ? { ...rest, filters: left } : rest;
}

/** The rule, which also copies its requests to the backend. 100 percent is the default, which every version serves. */
export const mirrored = (rule: Rule, { percentage }: Pick<MirrorRoute, 'percentage'>, { name, port }: BackendRef): Rule => ({
  ...rule,
  filters: [...(rule.filters ?? []), {
    type: 'RequestMirror',
    requestMirror: {
      backendRef: { group: '', kind: 'Service', name, ...(port !== undefined && { port }) },
      ...(percentage < 100 && { percent: percentage }),
    },
  }],
});

/** The rules of the user's, of which those with the workload's Service copy their requests to the canary. */
export function mirroredRules(own: Route, backends: Backends, mirrors: readonly MirrorRoute[]): readonly Rule[] {
  const canaries = new Map(rulesOf(own, backends).map(({ index, canary }) => [index, canary[0]]));
  return (own.spec?.rules ?? []).map((rule, index) => {
    const canary = canaries.get(index);
    return canary ? mirrors.reduce((all, mirror) => mirrored(all, mirror, canary), rule) : rule;
  });
}
