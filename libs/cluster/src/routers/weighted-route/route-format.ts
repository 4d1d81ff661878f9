import type { KubeObject } from '@alloy/contracts';
import type { ManagedRoute, Refusal, RouteTraffic } from '@alloy/release';
import type { Owner } from '../../fence';

/** The Services that Alloy shifts traffic between. */
export interface Backends {
  readonly service: string;
  readonly canaryService: string;
  /** Names of the rules whose weights are shifted; absent: all with the Service as a backend. */
  readonly rules?: readonly string[];
}

/** The new backends of a rule, by its index. */
export type NewBackends<B> = ReadonlyMap<number, readonly B[]>;

/** What the inspection knows beside a route. */
export interface Beside {
  /** The objects of the same kinds in the namespace. */
  readonly all: readonly KubeObject[];
  /** The objects of the bundle. */
  readonly objects: readonly KubeObject[];
  readonly owner: Owner;
  /** Of the annotations that the controller reads, by the policy; undefined: the default. */
  readonly annotationPrefix?: string | undefined;
}

/**
 * The shape of the kinds of routes that a router uses: where the rules of a route are, and what their backends are.
 * `R`: the route, `B`: a backend of a rule. Pure.
 */
export interface RouteShape<R extends KubeObject = KubeObject, B = unknown> {
  /** The kinds of the routes, of which a cluster may serve some. */
  readonly kinds: readonly RouteKind[];
  /** The backends of each rule, in the order of the rules. */
  rulesOf(route: R): ReadonlyArray<readonly B[]>;
  /** Names of these rules; undefined: the rule has none. Absent: the format has no names. */
  namesOf?(route: R): ReadonlyArray<string | undefined>;
  /** Name of the Service that the backend is, in the namespace of the route; undefined: it is something else. */
  serviceOf(backend: B, route: R): string | undefined;
  /** The backend's own weight; null: it has none. */
  weightOf(backend: B): number | null;
  /** The weight of a backend that has none, in a rule with so many; absent: 1. */
  defaultWeight?(backends: number): number;
  /** Why the route cannot have what these routes of the canary need at the same time; undefined: it can. */
  unfit(route: R, backends: Backends, routes: readonly ManagedRoute[]): string | undefined;
  /** What the router makes beside the route instead of writing to it; absent: it writes to the route. */
  readonly own?: OwnRoute<R>;
}

/** An object of Alloy's beside the user's route. */
export interface OwnRoute<R extends KubeObject = KubeObject> {
  /** Whether it is such an object, of any client, and not a route of the workload. */
  isOne(object: R, beside: Pick<Beside, 'annotationPrefix'>): boolean;
  /** What the plan records of it, or why it cannot be made. */
  planned(route: R, backends: Backends, beside: Beside): Pick<RouteTraffic, 'canaryIngress'> | { readonly refusal: Refusal };
}

/** The shape of the kinds of routes that a router writes. Pure. */
export interface RouteFormat<R extends KubeObject = KubeObject, B = unknown> extends RouteShape<R, B> {
  /** The greatest weight of a backend. */
  readonly maxWeight: number;
  /** Sum of the weights that both tracks share in a rule with no other backend; absent: 100 times the former weight. */
  readonly soleWeight?: number;
  /** The backend with this weight; null: without one. */
  weighed(backend: B, weight: number | null): B;
  /** The backend for another Service, which differs in nothing else. */
  renamed(backend: B, service: string): B;
  /** Whether the controllers of the route have accepted its current spec; true if nothing reports it. */
  isAccepted(route: R): boolean;
  /**
   * What controllers report about its current spec; absent: nothing reports it. `isRejected`: no controller accepts it;
   * otherwise some of it may not work, and may not have worked before.
   */
  problemsIn?(route: R): ReadonlyArray<{ readonly isRejected: boolean; readonly text: string }>;
  /** The route without what Alloy adds to it for `routes`; the same object if it has none of it. */
  withoutManaged(route: R, backends: Backends): R;
  /**
   * The fields of the spec that Alloy writes, as merge patch: these backends in the rules of the user's, and what the
   * routes of the canary need. `own`: see `withoutManaged`.
   */
  fieldsWith(own: R, backends: Backends, changed: NewBackends<B>, routes: readonly ManagedRoute[]): RouteFields;
  /** The same fields as the route has them. */
  fieldsOf(route: R): RouteFields;
}

export interface RouteKind {
  /** Of one API group, in order of preference. */
  readonly apiVersions: readonly string[];
  readonly kind: string;
}

/** Fields of the spec of a route. */
export type RouteFields = Readonly<Record<string, unknown>>;
