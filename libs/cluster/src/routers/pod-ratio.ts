import type { DesiredOf } from '../desired';
import type { Live, LiveWorkload } from '../live';
import { canaryRemoved } from '../steps/scale-canary';
import { ensureFence, ensureReplicas } from '../steps/ensure';
import { drained } from '../steps/drained';
import { mayShrink } from '../steps/may-shrink';
import { done, firstOf, waitFor, type NextWrite } from '../write';
import type { Router } from './router';

/**
 * The user's Service selects the pods of both tracks, so the ratio of ready pods is the weight. Stable is scaled down
 * only after the pods of the canary are ready according to the same live read. The router has nothing of its own in the
 * cluster: the canary loses its traffic with its pods.
 */
export const podRatio: Router = {
  name: 'podRatio', prepare: () => undefined, shift, limit: () => undefined, beforePromotion: () => undefined, verify: () => [],
};

function shift(desired: DesiredOf<'shiftTraffic'>, live: Live): NextWrite {
  const { web, canary } = live;
  if (!canary) return canaryRemoved(desired.canary);
  return (
    firstOf(
      // Before any wait, so that from now on the API server refuses delayed writes of earlier decisions.
      () => (web ? ensureFence(desired, web.object) : undefined),
      () => ensureReplicas(desired, canary, desired.split.canary),
      () => (canary.ready < desired.split.canary ? waitFor('canary_ready') : undefined),
      () => (web ? resize(desired, live, web, canary) : undefined),
      () => (web && !live.hpa && web.pods > desired.split.stable ? waitFor('pods_gone') : undefined),
      () => (web && !live.hpa ? drained(desired, web) : undefined),
    ) ??
    done({
      type: 'TrafficShifted',
      data: { asked: desired.weight, reached: weightOf(canary, web), canaryReady: canary.ready, stableReady: web?.ready ?? 0 },
    })
  );
}

function resize(desired: DesiredOf<'shiftTraffic'>, { hpa }: Live, web: LiveWorkload, canary: LiveWorkload): NextWrite | undefined {
  const { stable } = desired.split;
  // With an autoscaler stable is not scaled down, because it may need its pods.
  if (hpa && web.replicas >= stable) return undefined;
  return web.replicas > stable && !mayShrink(desired, web, canary) ? waitFor('stable_settled') : ensureReplicas(desired, web, stable);
}

/** Percentage of the ready pods that belong to the canary, with one decimal; 0 if no pod is ready. */
export function weightOf(canary: LiveWorkload | null, web: LiveWorkload | null): number {
  const ready = (canary?.ready ?? 0) + (web?.ready ?? 0);
  return ready === 0 ? 0 : Math.round((1000 * (canary?.ready ?? 0)) / ready) / 10;
}
