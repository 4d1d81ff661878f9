import type { ManagedRoute } from '@alloy/release';
import type { DesiredTraffic } from '../../desired';
import type { Fence } from '../../fence';
import { stableJson } from '../../stable-json';
import { refOf, versionOf, write, type NextWrite } from '../../write';
import { markName, markText, type Mark } from './mark';
import { withManaged } from './managed-rules';
import type { Backends, Route, Rule } from './route';
import type { NewBackends } from './weights';

/** The rules of the user's with these backends, and those of Alloy; all else of the route stays as it was read. */
export function rulesWith(own: Route, traffic: Backends, backends: NewBackends, routes: readonly ManagedRoute[]): readonly Rule[] {
  const rules = (own.spec?.rules ?? []).map((rule, index) => {
    const backendRefs = backends.get(index);
    return backendRefs ? { ...rule, backendRefs } : rule;
  });
  return withManaged({ ...own, spec: { ...own.spec, rules } }, traffic, routes);
}

/** One write of the mark and of the rules. */
export function patchRoute(
  route: Route, { service }: DesiredTraffic, fence: Fence, rules: readonly Rule[], mark: Omit<Mark, 'fence'>,
): NextWrite {
  const annotations = { [markName(service)]: markText(fence, mark) };
  const isChanged = !isSame(route.spec?.rules, rules);
  return write({ verb: 'route', ref: refOf(route), resourceVersion: versionOf(route), annotations, ...(isChanged && { rules }) });
}

export const isSame = (found: unknown, wanted: unknown): boolean => stableJson(found ?? []) === stableJson(wanted);
