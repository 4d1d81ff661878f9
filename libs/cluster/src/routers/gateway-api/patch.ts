import type { ManagedRoute } from '@alloy/release';
import type { Backends } from '../weighted-route/route-format';
import { withManaged } from './managed-rules';
import type { Route, Rule } from './route';
import type { NewBackends } from './weights';

/** The rules of the user's with these backends, and those of Alloy; all else of the route stays as it was read. */
export function rulesWith(own: Route, traffic: Backends, backends: NewBackends, routes: readonly ManagedRoute[]): readonly Rule[] {
  const rules = (own.spec?.rules ?? []).map((rule, index) => {
    const backendRefs = backends.get(index);
    return backendRefs ? { ...rule, backendRefs } : rule;
  });
  return withManaged({ ...own, spec: { ...own.spec, rules } }, traffic, routes);
}
