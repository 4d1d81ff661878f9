import type { HttpRoute, RouteBackend, RouteRule } from '../kinds';
import { plainRequest, ruleFor } from './match-rule';

/** A Service that gets a part of the requests. */
export interface Backend {
  /** `namespace/name` */
  readonly service: string;
  readonly weight: number;
}

/** The Service of a backend, `namespace/name`. */
const serviceOf = ({ namespace, name }: RouteBackend, ofRoute: string): string => `${namespace ?? ofRoute}/${name}`;

/** Where the requests of a rule go. */
export interface Routing {
  readonly backends: readonly Backend[];
  /** Services that get a copy of `percent` of the requests. */
  readonly mirrors: ReadonlyArray<{ readonly service: string; readonly percent: number }>;
}

export const routingOf = ({ backendRefs = [], filters = [] }: RouteRule, ofRoute: string): Routing => ({
  backends: backendRefs.map((ref) => ({ service: serviceOf(ref, ofRoute), weight: ref.weight ?? 1 })),
  mirrors: filters.flatMap(({ requestMirror }) =>
    requestMirror ? [{ service: serviceOf(requestMirror.backendRef, ofRoute), percent: requestMirror.percent ?? 100 }] : [],
  ),
});

/** Headers that the rule adds to the responses of a Service, by the filters of its backend. */
export const addedBy = ({ backendRefs = [] }: RouteRule, ofRoute: string, service: string | undefined) =>
  backendRefs.filter((ref) => serviceOf(ref, ofRoute) === service)
    .flatMap(({ filters = [] }) => filters.flatMap(({ responseHeaderModifier }) => responseHeaderModifier?.add ?? []));

/**
 * Where the requests to a Service go: by the first route with that Service as a backend, by its rule for a `GET /`
 * without headers. Undefined: no route concerns the Service, and it gets all requests itself.
 */
export function routingTo(service: string, routes: readonly HttpRoute[]): Routing | undefined {
  for (const { metadata: { namespace = '' }, spec } of routes) {
    const rules = (spec?.rules ?? []).filter(({ backendRefs = [] }) => backendRefs.some((ref) => serviceOf(ref, namespace) === service));
    const rule = ruleFor(rules, plainRequest) ?? rules[0];
    if (rule) return routingOf(rule, namespace);
  }
  return undefined;
}

/**
 * Picks backends in turn by smooth weighted round robin, as proxies do: of any consecutive requests as many as the sum
 * of the weights, each backend gets exactly its weight. A change of the weights starts a new turn.
 */
export class BackendCycle {
  private readonly turns = new Map<string, { readonly key: string; readonly credits: number[] }>();

  /** Undefined: all weights are 0. */
  next(service: string, backends: readonly Backend[]): string | undefined {
    const total = backends.reduce((sum, { weight }) => sum + weight, 0);
    if (total === 0) return undefined;
    const key = JSON.stringify(backends);
    const known = this.turns.get(service);
    const turn = known?.key === key ? known : { key, credits: backends.map(() => 0) };
    this.turns.set(service, turn);
    backends.forEach(({ weight }, index) => (turn.credits[index]! += weight));
    const best = turn.credits.indexOf(Math.max(...turn.credits));
    turn.credits[best]! -= total;
    return backends[best]!.service;
  }

  /** The Services that get a copy of the next request: of any hundred in a row, each gets exactly its percentage. */
  copies(key: string, mirrors: Routing['mirrors']): readonly string[] {
    return mirrors.flatMap(({ service, percent }, index) => {
      const parts = [{ service, weight: percent }, { service: '', weight: 100 - percent }];
      return this.next(`${key} mirror ${index}`, parts) || [];
    });
  }
}
