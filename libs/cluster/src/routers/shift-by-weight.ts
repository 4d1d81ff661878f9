import type { DesiredOf, DesiredTraffic } from '../desired';
import type { Live } from '../live';
import { ensureAtLeast, ensureFence, ensureReplicas } from '../steps/ensure';
import { canaryRemoved } from '../steps/scale-canary';
import { done, firstOf, waitFor, type NextWrite } from '../write';
import { shrinkStable } from './shrink-stable';

/** How a router sets its weight. */
export interface Weighing {
  readonly traffic: DesiredTraffic;
  /** The next write of the router's own objects, or its wait. Undefined: they have the weight, and it is accepted. */
  set(): NextWrite | undefined;
  /** Percent of the traffic that they give to the canary now. */
  reached(): number;
}

/**
 * The order of a shift by weights: capacity of both tracks, then the weight, and last the pods that stable needs no
 * more.
 */
export function shiftByWeight(desired: DesiredOf<'shiftTraffic'>, live: Live, { traffic, set, reached }: Weighing): NextWrite {
  const { web, canary } = live;
  const { weight, split } = desired;
  const { routes } = traffic;
  if (!canary) return canaryRemoved(desired.canary);
  return (
    firstOf(
      // Before any wait, so that from now on the API server refuses delayed writes of earlier decisions.
      () => ensureFence(desired, canary.object),
      () => ensureReplicas(desired, canary, split.canary),
      () => (canary.ready < split.canary ? waitFor('canary_ready') : undefined),
      () => (web && !live.hpa ? ensureAtLeast(desired, web, split.stable) : undefined),
      set,
      () => (web && !live.hpa ? shrinkStable(desired, web, canary, traffic) : undefined),
    ) ??
    done({
      type: 'TrafficShifted',
      data: {
        asked: weight, reached: reached(), canaryReady: canary.ready, stableReady: web?.ready ?? 0,
        ...(routes.length > 0 && { routes: routes.map(({ kind, name }) => ({ kind, name })) }),
      },
    })
  );
}
