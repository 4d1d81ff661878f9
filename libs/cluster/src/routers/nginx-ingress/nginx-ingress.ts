import type { KubeObject } from '@alloy/contracts';
import type { Desired, DesiredOf, DesiredTraffic } from '../../desired';
import { standing } from '../../fence';
import type { Live } from '../../live';
import { remove } from '../../steps/ensure';
import { firstOf, refused, waitFor, type NextWrite } from '../../write';
import { ensureCanaryService, staleService } from '../canary-service';
import type { Limited, Router } from '../router';
import { ingressShape } from './ingress-shape';
import { shiftByWeight } from '../shift-by-weight';
import { ensureShare, setShare, type IngressTraffic } from './canary-ingress';
import { pathsOf, type Ingress } from './ingress';
import { hadTraffic, hasMatch, weightOn, type Share } from './share';
import { verifyIngress } from './verify';

/**
 * A second Ingress, of Alloy's own, gets a part of the requests by the canary annotations of ingress-nginx. The user's
 * Ingress is not written. The canary's pods lack a label that the workload's Service selects by.
 */
export const nginxIngress: Router = {
  name: 'nginxIngress', format: ingressShape, prepare, shift, limit, beforePromotion: () => undefined, verify: verifyIngress,
};

interface Found {
  readonly traffic: IngressTraffic & DesiredTraffic;
  readonly prefix: string;
  /** The user's Ingress. */
  readonly source: Ingress | null;
  /** That of the canary. */
  readonly ingress: Ingress | null;
  readonly service: KubeObject | null;
}

/** Undefined: the plan knows no Ingress, because it has no canary. */
function foundIn({ traffic }: Desired, live: Live): Found | undefined {
  if (!traffic?.canaryIngress || !live.traffic) return undefined;
  const { route, canaryIngress = null, canaryService } = live.traffic;
  return {
    traffic: { ...traffic, canaryIngress: traffic.canaryIngress }, prefix: traffic.canaryIngress.annotationPrefix,
    source: route, ingress: canaryIngress, service: canaryService,
  };
}

/** The Service, and then the Ingress without traffic, or with what a leftover has. */
function prepare(desired: DesiredOf<'apply'>, live: Live): NextWrite | undefined {
  const found = foundIn(desired, live);
  if (!found) return refused('route_not_found', `the plan of the canary of ${desired.web} has no Ingress, which its router needs`);
  return withSource(desired, live, found, (source) => ensureShare(desired, found.traffic, source, found.ingress, leftShare(found)));
}

const leftShare = ({ ingress, prefix }: Found): Share =>
  ({ weight: ingress ? weightOn(ingress, prefix) : 0, routes: [], drains: ingress !== null && hadTraffic(ingress, prefix) });

function shift(desired: DesiredOf<'shiftTraffic'>, live: Live): NextWrite {
  const found = foundIn(desired, live);
  if (!found) return refused('route_not_found', `the plan of the canary of ${desired.web} has no Ingress, which its router needs`);
  const { traffic, ingress, prefix } = found;
  const share = { weight: desired.weight, routes: traffic.routes, drains: true };
  return shiftByWeight(desired, live, {
    traffic,
    set: () => withSource(desired, live, found, (source) => ensureShare(desired, traffic, source, ingress, share)),
    reached: () => (ingress ? weightOn(ingress, prefix) : 0),
  });
}

/** What the canary gets traffic by: the user's Ingress, and a Service as the workload's. */
function withSource(
  desired: Desired, live: Live, { traffic, source, service }: Found, then: (source: Ingress) => NextWrite | undefined,
): NextWrite | undefined {
  const { name } = traffic.route;
  if (!source) return refused('route_not_found', `Ingress ${name} does not exist any more, so that no traffic can be shifted`);
  if (!pathsOf(source).some(({ backend }) => backend.service?.name === traffic.service)) {
    return refused('route_unsuitable', `Ingress ${name} has no path any more with Service ${traffic.service} as its backend`);
  }
  const stable = live.traffic?.service;
  if (!stable) return refused('route_unsuitable', `Service ${traffic.service} does not exist any more`);
  return ensureCanaryService(desired, traffic, stable, service) ?? then(source);
}

/** With 0 percent nothing of the router is left afterwards. */
function limit(desired: Limited, live: Live, percent: number): NextWrite | undefined {
  const found = foundIn(desired, live);
  if (!found) return undefined;
  const { traffic, prefix } = found;
  const [ingress, service] = [own(desired, found.ingress), own(desired, found.service)];
  if (percent <= 0) return clear(desired, found, ingress, service);
  if (!ingress) return undefined;
  const weight = weightOn(ingress, prefix);
  // Requests that match go to the canary whatever its weight: then the weight alone divides them.
  const isOver = weight > percent || (percent < 100 && hasMatch(ingress, prefix));
  const share = { weight: Math.min(weight, Math.floor(percent)), routes: [], drains: true };
  return isOver ? setShare(desired, traffic, ingress, share) : undefined;
}

function clear(desired: Desired, { traffic, prefix }: Found, ingress: Ingress | null, service: KubeObject | null): NextWrite | undefined {
  const drains = ingress !== null && hadTraffic(ingress, prefix);
  return firstOf(
    () => (service && standing(service, desired.owner) === 'newer' ? staleService(traffic) : undefined),
    () => (ingress ? setShare(desired, traffic, ingress, { weight: 0, routes: [], drains }) : undefined),
    () => (drains && traffic.drainSeconds > 0 ? waitFor('traffic_drained', traffic.drainSeconds) : undefined),
    // Before its Service: the controller answers requests for a Service that does not exist with 503.
    () => (ingress ? remove(desired, ingress) : undefined),
    () => (service ? remove(desired, service) : undefined),
  );
}

const own = <T extends KubeObject>({ owner }: Desired, found: T | null): T | null =>
  found && ['older', 'current', 'newer'].includes(standing(found, owner)) ? found : null;
