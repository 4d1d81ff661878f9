import type { KubeObject } from '@alloy/contracts';
import type { ManagedRoute, RouteTraffic } from '@alloy/release';
import type { Desired, DesiredOf, DesiredTraffic } from '../../desired';
import { standing } from '../../fence';
import { ROUTE_MANAGER, managedFieldsOf } from '../../managed-fields';
import type { Live } from '../../live';
import { canaryRemoved } from '../../steps/scale-canary';
import { ensureAtLeast, ensureFence, ensureReplicas, remove } from '../../steps/ensure';
import { done, firstOf, refOf, refused, versionOf, waitFor, write, type NextWrite } from '../../write';
import { ensureCanaryService, staleService } from '../canary-service';
import { markStanding } from '../mark-standing';
import type { Limited, Router } from '../router';
import { markName, markOf, type Mark } from './mark';
import { withoutManaged } from './managed-rules';
import { isSame, patchRoute, rulesWith } from './patch';
import { isAccepted, namesService, rulesOf, type Route } from './route';
import { shrinkStable } from './shrink-stable';
import { mostOn, notedWeights, reachedBy, restored, shifted, type NewBackends } from './weights';

/**
 * The weights of an HTTPRoute or a GRPCRoute divide the traffic. Stable keeps its pods, and the canary's pods lack a
 * label that the workload's Service selects by, so that they get exactly the weight of Alloy's own Service.
 */
export const gatewayApi: Router = { name: 'gatewayApi', prepare, shift, limit, beforePromotion: () => undefined };

interface Found {
  readonly traffic: RouteTraffic & DesiredTraffic;
  readonly route: Route | null;
  /** The route with the rules of the user's alone. */
  readonly own: Route | null;
  readonly service: KubeObject | null;
  readonly mark: Mark | undefined;
}

/** Undefined: the plan knows no route, because it has no canary. */
function foundIn({ traffic }: Desired, live: Live): Found | undefined {
  if (!traffic?.route || !live.traffic) return undefined;
  const { route, canaryService } = live.traffic;
  const own = route && withoutManaged(route, traffic);
  return { traffic, route, own, service: canaryService, mark: route ? markOf(route, traffic.service) : undefined };
}

function prepare(desired: DesiredOf<'apply'>, live: Live): NextWrite | undefined {
  const found = foundIn(desired, live);
  if (!found) return refused('route_not_found', `the plan of the canary of ${desired.web} has no route, which its router needs`);
  return lostRoute(desired, found) ?? ensureService(desired, live, found) ?? addBackends(desired, found);
}

/**
 * The canary's backends with the weight 0, or with what a leftover has. A proxy may learn of new weights before it
 * knows a new backend, and would fail the requests to it.
 */
function addBackends(desired: Desired, found: Found): NextWrite | undefined {
  const { route, own, traffic, mark } = found;
  if (!route || !own) return undefined;
  return setWeights(desired, found, shifted(own, traffic, mostOn(own, traffic), mark)) ?? awaitAccepted(route);
}

function shift(desired: DesiredOf<'shiftTraffic'>, live: Live): NextWrite {
  const { web, canary } = live;
  const { weight, split } = desired;
  const found = foundIn(desired, live);
  if (!canary) return canaryRemoved(desired.canary);
  if (!found?.route || !found.own) return routeGone(desired);
  const { traffic, route, own } = found;
  const { routes } = traffic;
  return (
    firstOf(
      // Before any wait, so that from now on the API server refuses delayed writes of earlier decisions.
      () => ensureFence(desired, canary.object),
      () => ensureReplicas(desired, canary, split.canary),
      () => (canary.ready < split.canary ? waitFor('canary_ready') : undefined),
      () => (web && !live.hpa ? ensureAtLeast(desired, web, split.stable) : undefined),
      () => lostRoute(desired, found),
      () => ensureService(desired, live, found),
      () => setWeights(desired, found, shifted(own, traffic, weight, found.mark), routes),
      () => awaitAccepted(route),
      () => (web && !live.hpa ? shrinkStable(desired, web, canary, traffic) : undefined),
    ) ??
    done({
      type: 'TrafficShifted',
      data: {
        asked: weight, reached: reachedBy(own, traffic), canaryReady: canary.ready, stableReady: web?.ready ?? 0,
        ...(routes.length > 0 && { routes: routes.map(({ kind, name }) => ({ kind, name })) }),
      },
    })
  );
}

/** The route was deleted, or names the workload's Service no more: there is nothing to set a weight on. */
function lostRoute(desired: Desired, { traffic, route }: Found): NextWrite | undefined {
  if (!route) return routeGone(desired);
  if (namesService(route, traffic.service)) return undefined;
  const { kind, name } = traffic.route;
  return refused('route_unsuitable', `${kind} ${name} has no rule any more with Service ${traffic.service} as a backend`);
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

/** The weights and the rules of Alloy, with the mark of this decision. Undefined: the route has them. */
function setWeights(
  { owner }: Desired, { traffic, mark, route, own }: Found, backends: NewBackends, routes: readonly ManagedRoute[] = [], drains = false,
): NextWrite | undefined {
  if (!route || !own) return undefined;
  const rank = markStanding(mark, owner.fence);
  const { kind, metadata: { name } } = route;
  if (rank === 'newer') return { kind: 'stale', object: `${kind}/${name}` };
  if (rank === 'foreign') return refused('foreign_owner', `another installation of Alloy shifts traffic of ${kind} ${name}`);
  const rules = rulesWith(own, traffic, backends, routes);
  if (rank === 'current' && isSame(route.spec?.rules, rules)) return undefined;
  const isDraining = drains || mark?.drains === true;
  return patchRoute(route, traffic, owner.fence, rules, { weights: notedWeights(own, traffic, mark), ...(isDraining && { drains: true }) });
}

const awaitAccepted = (route: Route): NextWrite | undefined =>
  isAccepted(route) ? undefined : { kind: 'wait', for: 'route_accepted', object: refOf(route) };

/**
 * With 0 percent nothing of the router is left afterwards: first the route sends everything to stable, then the last
 * requests of the canary may end, then its Service and the mark disappear.
 */
function limit(desired: Limited, live: Live, percent: number): NextWrite | undefined {
  const found = foundIn(desired, live);
  if (!found || markStanding(found.mark, desired.owner.fence) === 'foreign') return undefined;
  const { route, own, traffic, mark } = found;
  if (percent <= 0) return clear(desired, found);
  if (!route || !own) return undefined;
  const most = mostOn(own, traffic);
  // Requests that match go to the canary whatever its weight: then the weights alone divide them.
  const isOver = most > percent || (percent < 100 && own !== route);
  const next = isOver ? setWeights(desired, found, shifted(own, traffic, Math.min(most, Math.floor(percent)), mark)) : undefined;
  return next ?? (mark ? awaitAccepted(route) : undefined);
}

function clear(desired: Desired, found: Found): NextWrite | undefined {
  const { traffic, route, own, service: made, mark } = found;
  const isOwn = made && ['older', 'current', 'newer'].includes(standing(made, desired.owner));
  const service = isOwn ? made : null;
  const hasBackends = own !== null && (own !== route || rulesOf(own, traffic).some(({ canary }) => canary.length > 0));
  if (!service && !mark && !hasBackends) return undefined;
  const isInUse = service !== null || hasBackends;
  return firstOf(
    () => (service && standing(service, desired.owner) === 'newer' ? staleService(traffic) : undefined),
    () => (own && isInUse ? withoutTraffic(desired, found, own, hasBackends) : undefined),
    () => (route && isInUse ? awaitAccepted(route) : undefined),
    () => (isInUse && mark?.drains && traffic.drainSeconds > 0 ? waitFor('traffic_drained', traffic.drainSeconds) : undefined),
    // Not before: a proxy may lose the backend before it learns of the new weights.
    () => (own && hasBackends ? setWeights(desired, found, restored(own, traffic, mark)) : undefined),
    () => (service ? remove(desired, service) : undefined),
    () => (route ? removeMark(route, traffic) : undefined),
  );
}

/** The mark of this decision, and the weight 0 for the canary and no rule of Alloy if it has backends. */
const withoutTraffic = (desired: Desired, found: Found, own: Route, hasBackends: boolean): NextWrite | undefined => {
  const { traffic, mark, route } = found;
  const backends = hasBackends ? shifted(own, traffic, 0, mark) : new Map<number, never>();
  return setWeights(desired, found, backends, [], mostOn(own, traffic) > 0 || own !== route);
};

/** Removes the mark, and the ownership of the rules, which would make the next apply of their owner a conflict. */
function removeMark(route: Route, { service }: DesiredTraffic): NextWrite {
  const managedFields = managedFieldsOf(route).filter(({ manager }) => manager !== ROUTE_MANAGER);
  return write({
    verb: 'handBack', ref: refOf(route), resourceVersion: versionOf(route), labels: [], annotations: [markName(service)], managedFields,
  });
}
