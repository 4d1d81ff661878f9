import type { RouterName } from '@alloy/release';
import type { Desired, DesiredOf } from '../../desired';
import type { Live } from '../../live';
import { firstOf, refused, type NextWrite } from '../../write';
import { ensureCanaryService } from '../canary-service';
import { markStanding } from '../mark-standing';
import type { Limited, Router } from '../router';
import { shiftByWeight } from '../shift-by-weight';
import { clear } from './clear';
import { foundIn, type Found } from './found';
import type { RouteFormat } from './route-format';
import { ruleBackends } from './rule-backends';
import { awaitAccepted, setWeights } from './set-weights';
import { verify } from './verify';

/**
 * The weights of a route of this format divide the traffic. Stable keeps its pods, and the canary's pods lack a label
 * that the workload's Service selects by, so that they get exactly the weight of Alloy's own Service.
 */
export const weightedRoute = (name: RouterName, format: RouteFormat): Router => ({
  name, format,
  prepare: (desired, live) => prepare(desired, live, foundIn(format, desired, live)),
  shift: (desired, live) => shift(desired, live, foundIn(format, desired, live)),
  limit: (desired, live, percent) => limit(desired, foundIn(format, desired, live), percent),
  beforePromotion: () => undefined,
  verify: (reached, live) => verify(format, reached, live),
});

function prepare(desired: DesiredOf<'apply'>, live: Live, found: Found | undefined): NextWrite | undefined {
  if (!found) return refused('route_not_found', `the plan of the canary of ${desired.web} has no route, which its router needs`);
  return lostRoute(desired, found) ?? ensureService(desired, live, found) ?? addBackends(desired, found);
}

/**
 * The canary's backends with the weight 0, or with what a leftover has. A proxy may learn of new weights before it
 * knows a new backend, and would fail the requests to it.
 */
function addBackends(desired: Desired, found: Found): NextWrite | undefined {
  const { route, own, traffic, mark, weights } = found;
  if (!route || !own) return undefined;
  return setWeights(desired, found, weights.shifted(own, traffic, weights.mostOn(own, traffic), mark)) ?? awaitAccepted(found, route);
}

function shift(desired: DesiredOf<'shiftTraffic'>, live: Live, found: Found | undefined): NextWrite {
  if (!found?.route || !found.own) return routeGone(desired);
  const { traffic, route, own, weights } = found;
  return shiftByWeight(desired, live, {
    traffic,
    set: () => firstOf(
      () => lostRoute(desired, found),
      () => ensureService(desired, live, found),
      () => setWeights(desired, found, weights.shifted(own, traffic, desired.weight, found.mark), traffic.routes),
      () => awaitAccepted(found, route),
    ),
    reached: () => weights.reachedBy(own, traffic),
  });
}

/** The route was deleted, or names the workload's Service no more: there is nothing to set a weight on. */
function lostRoute(desired: Desired, { format, traffic, route }: Found): NextWrite | undefined {
  if (!route) return routeGone(desired);
  if (ruleBackends(format, route, traffic).some(({ stable }) => stable.length > 0)) return undefined;
  const { route: { kind, name }, rules } = traffic;
  const which = rules ? `rule ${rules.join(' or ')}` : 'rule';
  return refused('route_unsuitable', `${kind} ${name} has no ${which} any more with Service ${traffic.service} as a backend`);
}

function routeGone({ traffic }: Desired): NextWrite {
  const { kind, name } = traffic?.route ?? { kind: 'HTTPRoute', name: '' };
  return refused('route_not_found', `${kind} ${name} does not exist any more, so that no traffic can be shifted`);
}

function ensureService(desired: Desired, live: Live, { traffic, service }: Found): NextWrite | undefined {
  const source = live.traffic?.service;
  if (!source) return refused('route_unsuitable', `Service ${traffic.service} does not exist any more`);
  return ensureCanaryService(desired, traffic, source, service);
}

/**
 * With 0 percent nothing of the router is left afterwards: first the route sends everything to stable, then the last
 * requests of the canary may end, then its Service and the mark disappear.
 */
function limit(desired: Limited, found: Found | undefined, percent: number): NextWrite | undefined {
  if (!found || markStanding(found.mark, desired.owner.fence) === 'foreign') return undefined;
  const { route, own, traffic, mark, weights } = found;
  if (percent <= 0) return clear(desired, found);
  if (!route || !own) return undefined;
  const most = weights.mostOn(own, traffic);
  // Requests that match go to the canary whatever its weight: then the weights alone divide them.
  const isOver = most > percent || (percent < 100 && own !== route);
  const next = isOver ? setWeights(desired, found, weights.shifted(own, traffic, Math.min(most, Math.floor(percent)), mark)) : undefined;
  return next ?? (mark ? awaitAccepted(found, route) : undefined);
}
