import type { KubeObject } from '@alloy/contracts';
import type { Desired, DesiredOf, DesiredTraffic } from '../../desired';
import { fenceOf, standing } from '../../fence';
import { ROUTE_MANAGER, managedFieldsOf } from '../../managed-fields';
import type { Live } from '../../live';
import { stableJson } from '../../stable-json';
import { canaryRemoved } from '../../steps/scale-canary';
import { applyOver, asCreated, ensureAtLeast, ensureFence, ensureReplicas, remove } from '../../steps/ensure';
import { done, firstOf, refOf, refused, versionOf, waitFor, write, type NextWrite } from '../../write';
import type { Limited, Router } from '../router';
import { canaryServiceOf } from './canary-service';
import { markName, markOf, markStanding, type Mark } from './mark';
import { patchRoute } from './patch';
import { isAccepted, namesService, rulesOf, type Route } from './route';
import { mostOn, notedWeights, reachedBy, restored, shifted, type NewBackends } from './weights';

/**
 * The weights of an HTTPRoute or a GRPCRoute divide the traffic. Stable keeps its pods, and the canary's pods lack a
 * label that the workload's Service selects by, so that they get exactly the weight of Alloy's own Service.
 */
export const gatewayApi: Router = { name: 'gatewayApi', prepare, shift, limit };

interface Found {
  readonly traffic: DesiredTraffic;
  readonly route: Route | null;
  readonly service: KubeObject | null;
  readonly mark: Mark | undefined;
}

/** Undefined: the plan knows no route, because it has no canary. */
function foundIn({ traffic }: Desired, live: Live): Found | undefined {
  if (!traffic || !live.traffic) return undefined;
  const { route, canaryService } = live.traffic;
  return { traffic, route, service: canaryService, mark: route ? markOf(route, traffic.service) : undefined };
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
  const { route, traffic, mark } = found;
  if (!route) return undefined;
  return setWeights(desired, found, route, shifted(route, traffic, mostOn(route, traffic), mark)) ?? awaitAccepted(route);
}

function shift(desired: DesiredOf<'shiftTraffic'>, live: Live): NextWrite {
  const { web, canary } = live;
  const { weight, split } = desired;
  const found = foundIn(desired, live);
  if (!canary) return canaryRemoved(desired.canary);
  if (!found?.route) return routeGone(desired);
  const { traffic, route } = found;
  return (
    firstOf(
      // Before any wait, so that from now on the API server refuses delayed writes of earlier decisions.
      () => ensureFence(desired, canary.object),
      () => ensureReplicas(desired, canary, split.canary),
      () => (canary.ready < split.canary ? waitFor('canary_ready') : undefined),
      () => (web && !live.hpa ? ensureAtLeast(desired, web, split.stable) : undefined),
      () => lostRoute(desired, found),
      () => ensureService(desired, live, found),
      () => setWeights(desired, found, route, shifted(route, traffic, weight, found.mark)),
      () => awaitAccepted(route),
    ) ??
    done({
      type: 'TrafficShifted',
      data: { asked: weight, reached: reachedBy(route, traffic), canaryReady: canary.ready, stableReady: web?.ready ?? 0 },
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
  const wanted = canaryServiceOf(source, traffic, desired);
  if (!service) return write({ verb: 'create', object: asCreated(wanted, desired.owner) });
  switch (standing(service, desired.owner)) {
    case 'foreign':
    case 'unowned':
      return refused('foreign_owner', `Service ${traffic.canaryService} was not made by Alloy, or belongs to another project`);
    case 'newer':
      return staleService(traffic);
    case 'current':
      return undefined;
    case 'older':
      // That of an earlier release, which may have other ports; within a release it stays as it is.
      return fenceOf(service)?.slot === desired.owner.fence.slot ? undefined : applyOver(wanted, service);
  }
}

/** The weights, with the mark of this decision. Undefined: the route has both. */
function setWeights(
  { owner }: Desired, { traffic, mark }: Found, route: Route, backends: NewBackends, drains = false,
): NextWrite | undefined {
  const rank = markStanding(mark, owner.fence);
  const { kind, metadata: { name } } = route;
  if (rank === 'newer') return { kind: 'stale', object: `${kind}/${name}` };
  if (rank === 'foreign') return refused('foreign_owner', `another installation of Alloy shifts traffic of ${kind} ${name}`);
  if (rank === 'current' && [...backends].every(([index, refs]) => isSame(route.spec?.rules?.[index]?.backendRefs, refs))) return undefined;
  const isDraining = drains || mark?.drains === true;
  return patchRoute(route, traffic, owner.fence, backends, {
    weights: notedWeights(route, traffic, mark), ...(isDraining && { drains: true }),
  });
}

const isSame = (found: unknown, wanted: unknown): boolean => stableJson(found ?? null) === stableJson(wanted);

const awaitAccepted = (route: Route): NextWrite | undefined =>
  isAccepted(route) ? undefined : { kind: 'wait', for: 'route_accepted', object: refOf(route) };

/**
 * With 0 percent nothing of the router is left afterwards: first the route sends everything to stable, then the last
 * requests of the canary may end, then its Service and the mark disappear.
 */
function limit(desired: Limited, live: Live, percent: number): NextWrite | undefined {
  const found = foundIn(desired, live);
  if (!found || markStanding(found.mark, desired.owner.fence) === 'foreign') return undefined;
  const { route, traffic, mark } = found;
  if (percent > 0) {
    if (!route) return undefined;
    const isOver = mostOn(route, traffic) > percent;
    const next = isOver ? setWeights(desired, found, route, shifted(route, traffic, Math.floor(percent), mark)) : undefined;
    return next ?? (mark ? awaitAccepted(route) : undefined);
  }
  return clear(desired, found);
}

function clear(desired: Desired, found: Found): NextWrite | undefined {
  const { traffic, route, service: made, mark } = found;
  const isOwn = made && ['older', 'current', 'newer'].includes(standing(made, desired.owner));
  const service = isOwn ? made : null;
  const hasBackends = route !== null && rulesOf(route, traffic).some(({ canary }) => canary.length > 0);
  if (!service && !mark && !hasBackends) return undefined;
  const isInUse = service !== null || hasBackends;
  return firstOf(
    () => (service && standing(service, desired.owner) === 'newer' ? staleService(traffic) : undefined),
    () => (route && isInUse ? withoutTraffic(desired, found, route, hasBackends) : undefined),
    () => (route && isInUse ? awaitAccepted(route) : undefined),
    () => (isInUse && mark?.drains && traffic.drainSeconds > 0 ? waitFor('traffic_drained', traffic.drainSeconds) : undefined),
    // Not before: a proxy may lose the backend before it learns of the new weights.
    () => (route && hasBackends ? setWeights(desired, found, route, restored(route, traffic, mark)) : undefined),
    () => (service ? remove(desired, service) : undefined),
    () => (route ? removeMark(route, traffic) : undefined),
  );
}

/** The mark of this decision, and the weight 0 for the canary if it has backends. */
const withoutTraffic = (desired: Desired, found: Found, route: Route, hasBackends: boolean): NextWrite | undefined => {
  const { traffic, mark } = found;
  const backends = hasBackends ? shifted(route, traffic, 0, mark) : new Map<number, never>();
  return setWeights(desired, found, route, backends, mostOn(route, traffic) > 0);
};

const staleService = ({ canaryService }: DesiredTraffic): NextWrite => ({ kind: 'stale', object: `Service/${canaryService}` });

/** Removes the mark, and the ownership of the rules, which would make the next apply of their owner a conflict. */
function removeMark(route: Route, { service }: DesiredTraffic): NextWrite {
  const managedFields = managedFieldsOf(route).filter(({ manager }) => manager !== ROUTE_MANAGER);
  return write({
    verb: 'handBack', ref: refOf(route), resourceVersion: versionOf(route), labels: [], annotations: [markName(service)], managedFields,
  });
}
