import type { Ingress, IngressPath } from '../kinds';
import { canaryShare, isCanary } from './ingress-canary';
import { plainRequest, type AskedRequest } from './match-rule';
import type { Routing } from './pick-backend';

/** A request as an ingress controller sees it. */
export interface HostRequest extends AskedRequest {
  /** Empty: only a rule for any host matches. */
  readonly host: string;
}

interface Place {
  readonly ingress: Ingress;
  readonly host: string;
  readonly path: IngressPath;
}

/**
 * Where the request goes: by the rule with the most specific host and path among the Ingresses, and by the canary
 * Ingress with the same host and path. Undefined: no Ingress has a rule for it.
 */
export function ingressRouting(
  ingresses: readonly Ingress[], asked: HostRequest,
): { readonly key: string; readonly routing: Routing } | undefined {
  let best: { readonly place: Place; readonly rank: readonly number[] } | undefined;
  for (const place of placesOf(ingresses.filter((one) => !isCanary(one)))) {
    if (!isHost(place.host, asked.host) || !isPath(place.path, asked.path)) continue;
    const rank = [hostRank(place.host), place.path.pathType === 'Exact' ? 1 : 0, (place.path.path ?? '/').length];
    if (!best || isMore(rank, best.rank)) best = { place, rank };
  }
  return best && routingAt(best.place, ingresses, asked);
}

/**
 * Where the requests of the playground's users to a Service go: by the first rule of an Ingress with that Service as
 * its backend. Undefined: there is none, and the Service gets all requests itself.
 */
export function ingressRoutingTo(service: string, ingresses: readonly Ingress[]): Routing | undefined {
  const place = placesOf(ingresses.filter((one) => !isCanary(one))).find((one) => serviceAt(one) === service);
  return place && routingAt(place, ingresses, { ...plainRequest, host: place.host }).routing;
}

function routingAt(place: Place, ingresses: readonly Ingress[], asked: HostRequest) {
  const { ingress: { metadata }, host, path } = place;
  const canary = placesOf(ingresses.filter(isCanary)).find((one) => isSamePlace(one, place));
  const share = canary ? canaryShare(canary.ingress, asked) : { weight: 0, total: 100 };
  // Requests with a header take no turns of the others.
  const key = `${metadata.namespace}/${metadata.name}/${host}${path.path ?? '/'} ${share.weight}`;
  const backends = [
    { service: serviceAt(place), weight: share.total - share.weight },
    ...(canary ? [{ service: serviceAt(canary), weight: share.weight }] : []),
  ];
  return { key, routing: { backends, mirrors: [] } };
}

const placesOf = (ingresses: readonly Ingress[]): readonly Place[] =>
  ingresses.flatMap((ingress) =>
    (ingress.spec?.rules ?? []).flatMap(({ host = '', http }) => (http?.paths ?? []).map((path) => ({ ingress, host, path }))),
  );

const serviceAt = ({ ingress, path }: Place): string => `${ingress.metadata.namespace}/${path.backend.service?.name}`;

const isSamePlace = (one: Place, other: Place): boolean =>
  one.host === other.host && one.path.path === other.path.path && one.path.pathType === other.path.pathType;

const hostRank = (host: string): number => (host === '' ? 0 : host.startsWith('*.') ? 1 : 2);

/** A wildcard stands for exactly one label. */
function isHost(host: string, asked: string): boolean {
  if (host === '' || host === asked) return true;
  return host.startsWith('*.') && asked.includes('.') && asked.slice(asked.indexOf('.')) === host.slice(1);
}

function isPath({ path = '/', pathType }: IngressPath, asked: string): boolean {
  if (pathType === 'Exact') return path === asked;
  const prefix = path.replace(/\/$/, '');
  return asked === prefix || asked.startsWith(`${prefix}/`);
}

function isMore(one: readonly number[], other: readonly number[]): boolean {
  const at = one.findIndex((value, index) => value !== other[index]);
  return at >= 0 && one[at]! > other[at]!;
}
