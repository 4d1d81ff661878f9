import type { Plan, Step } from './plan';
import type { RouteMatch } from './policy-matches';
import type { CanaryStep } from './policy-steps';

/** Sends the requests that match to the canary, whatever its weight. */
export interface HeaderRoute {
  readonly kind: 'header';
  readonly name: string;
  /** Alternatives; one of them holds for each request that the route concerns. */
  readonly match: readonly RouteMatch[];
  /** It sends the requests to stable instead; default: to the canary. */
  readonly to?: 'stable';
  /** The responses of that version set the cookie by which the route matches; default: none is set. */
  readonly sets?: SetCookie;
}
/** A cookie of every path. `maxAge`: its lifetime, seconds. */
export interface SetCookie {
  readonly name: string;
  readonly value: string;
  readonly maxAge: number;
}
/** Sends a copy of the requests to the canary, whose responses are ignored. */
export interface MirrorRoute {
  readonly kind: 'mirror';
  readonly name: string;
  /** Percent of the requests that are copied. */
  readonly percentage: number;
  /** Null: every request of the workload. */
  readonly match: readonly RouteMatch[] | null;
}
/** A route of a canary that is in effect beside its weight. */
export type ManagedRoute = HeaderRoute | MirrorRoute;
export type ManagedRouteName = Pick<HeaderRoute, 'kind' | 'name'> | Pick<MirrorRoute, 'kind' | 'name'>;

/** What a step does to the routes. */
interface RouteChange {
  readonly name: string;
  /** Null: the step removes the route of that name. */
  readonly route: ManagedRoute | null;
  readonly kind: ManagedRoute['kind'];
}

function changeBy(step: Step): RouteChange | undefined {
  if (step.kind === 'setHeaderRoute') return header(step.name, step.match);
  return step.kind === 'setMirrorRoute' ? mirror(step.name, step.percentage, step.match) : undefined;
}

const header = (name: string, match: HeaderRoute['match'] | null): RouteChange =>
  ({ name, kind: 'header', route: match && { kind: 'header', name, match } });
const mirror = (name: string, percentage: number | null, match: MirrorRoute['match']): RouteChange =>
  ({ name, kind: 'mirror', route: percentage === null ? null : { kind: 'mirror', name, percentage, match } });

/** What a step of the policy does to the routes; undefined: nothing. */
export function changeAsked(
  { setHeaderRoute, setMirrorRoute }: CanaryStep,
): (RouteChange & { readonly key: keyof CanaryStep }) | undefined {
  if (setHeaderRoute) return { key: 'setHeaderRoute', ...header(setHeaderRoute.name, setHeaderRoute.match ?? null) };
  if (!setMirrorRoute) return undefined;
  const { name, percentage = null, match = null } = setMirrorRoute;
  return { key: 'setMirrorRoute', ...mirror(name, percentage, match) };
}

function after(routes: readonly ManagedRoute[], change: RouteChange | undefined): readonly ManagedRoute[] {
  if (!change) return routes;
  const others = routes.filter(({ name }) => name !== change.name);
  return change.route ? [...others, change.route] : others;
}

/** The routes that are in effect after the step of the plan, in the order in which they were set. */
export const managedRoutesAt = ({ steps }: Pick<Plan, 'steps'>, index: number): readonly ManagedRoute[] =>
  steps.slice(0, index + 1).map(changeBy).reduce(after, []);

/** The routes that are in effect after each step of the policy. */
export function managedRoutesAfter(steps: readonly CanaryStep[] = []): ReadonlyArray<readonly ManagedRoute[]> {
  let routes: readonly ManagedRoute[] = [];
  return steps.map((step) => (routes = after(routes, changeAsked(step))));
}
