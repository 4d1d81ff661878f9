import type { Plan, Step } from './plan';
import type { RouteMatch } from './policy-matches';
import type { CanaryStep } from './policy-steps';

/** A route of a canary that is in effect beside its weight. */
export interface ManagedRoute {
  readonly kind: 'header';
  readonly name: string;
  /** Alternatives; one of them holds for each request that the route concerns. */
  readonly match: readonly RouteMatch[];
}

/** What a step does to the routes. */
interface RouteChange {
  readonly name: string;
  /** Null: the step removes the route of that name. */
  readonly route: ManagedRoute | null;
}

function changeBy(step: Step): RouteChange | undefined {
  if (step.kind !== 'setHeaderRoute') return undefined;
  const { name, match } = step;
  return { name, route: match && { kind: 'header', name, match } };
}

/** What a step of the policy does to the routes; undefined: nothing. */
export function changeAsked({ setHeaderRoute }: CanaryStep): (RouteChange & { readonly key: keyof CanaryStep }) | undefined {
  if (!setHeaderRoute) return undefined;
  const { name, match } = setHeaderRoute;
  return { key: 'setHeaderRoute', name, route: match ? { kind: 'header', name, match } : null };
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
