import type { KubeObject } from '@alloy/contracts';
import type { Desired, DesiredTraffic } from '../../desired';
import { standing } from '../../fence';
import { ROUTE_MANAGER, managedFieldsOf } from '../../managed-fields';
import { remove } from '../../steps/ensure';
import { firstOf, refOf, versionOf, waitFor, write, type NextWrite } from '../../write';
import { staleService } from '../canary-service';
import type { Found } from './found';
import { markName } from './mark';
import { servicesNamedBy } from './rule-backends';
import { awaitAccepted, setWeights } from './set-weights';

/** Nothing of the router is left afterwards. */
export function clear(desired: Desired, found: Found): NextWrite | undefined {
  const { format, weights, traffic, route, own, service: made, mark } = found;
  const isOwn = made && ['older', 'current', 'newer'].includes(standing(made, desired.owner));
  const service = isOwn ? made : null;
  const hasBackends = own !== null && (own !== route || servicesNamedBy(format, own).includes(traffic.canaryService));
  if (!service && !mark && !hasBackends) return undefined;
  const isInUse = service !== null || hasBackends;
  return firstOf(
    () => (service && standing(service, desired.owner) === 'newer' ? staleService(traffic) : undefined),
    () => (own && isInUse ? withoutTraffic(desired, found, own, hasBackends) : undefined),
    () => (route && isInUse ? awaitAccepted(found, route) : undefined),
    () => (isInUse && mark?.drains && traffic.drainSeconds > 0 ? waitFor('traffic_drained', traffic.drainSeconds) : undefined),
    // Not before: a proxy may lose the backend before it learns of the new weights.
    () => (own && hasBackends ? setWeights(desired, found, weights.restored(own, traffic, mark)) : undefined),
    () => (service ? remove(desired, service) : undefined),
    () => (route ? removeMark(route, traffic) : undefined),
  );
}

/** The mark of this decision, and the weight 0 for the canary and no rule of Alloy if it has backends. */
const withoutTraffic = (desired: Desired, found: Found, own: KubeObject, hasBackends: boolean): NextWrite | undefined => {
  const { weights, traffic, mark, route } = found;
  const backends = hasBackends ? weights.shifted(own, traffic, 0, mark) : new Map<number, never>();
  return setWeights(desired, found, backends, [], weights.mostOn(own, traffic) > 0 || own !== route);
};

/** Removes the mark, and the ownership of the rules, which would make the next apply of their owner a conflict. */
function removeMark(route: KubeObject, { service }: DesiredTraffic): NextWrite {
  const managedFields = managedFieldsOf(route).filter(({ manager }) => manager !== ROUTE_MANAGER);
  return write({
    verb: 'handBack', ref: refOf(route), resourceVersion: versionOf(route), labels: [], annotations: [markName(service)], managedFields,
  });
}
