import type { DesiredOf } from '../desired';
import type { Live, LiveWorkload } from '../live';
import { gone } from '../steps/scale-canary';
import { ensureFence, ensureReplicas } from '../steps/ensure';
import { done, firstOf, waitFor, type NextWrite } from '../write';
import type { Router } from './router';

/**
 * The user's Service selects the pods of both tracks, so the ratio of ready pods is the weight.
 * Stable shrinks only after the canary's pods are ready by the same read.
 */
export const podRatio: Router = { name: 'podRatio', shift };

function shift(desired: DesiredOf<'shiftTraffic'>, live: Live): NextWrite {
  const { web, canary } = live;
  if (!canary) return gone(desired.canary);
  return (
    firstOf(
      // Before anything is waited for: what an earlier decision still has under way is refused from now on.
      () => (web ? ensureFence(desired, web.object) : undefined),
      () => ensureReplicas(desired, canary, desired.split.canary),
      () => (canary.ready < desired.split.canary ? waitFor('canary_ready') : undefined),
      () => (web ? resize(desired, live, web, canary) : undefined),
      () => (web && !live.hpa && web.pods > desired.split.stable ? waitFor('pods_gone') : undefined),
    ) ?? done({ type: 'TrafficShifted', data: { asked: desired.weight, reached: weightOf(canary, web), canaryReady: canary.ready, stableReady: web?.ready ?? 0 } })
  );
}

function resize(desired: DesiredOf<'shiftTraffic'>, { hpa }: Live, web: LiveWorkload, canary: LiveWorkload): NextWrite | undefined {
  const { stable } = desired.split;
  // Behind an autoscaler stable keeps its size: what it was given, it may need.
  if (hpa && web.replicas >= stable) return undefined;
  return web.replicas > stable && !mayShrink(desired, web, canary) ? waitFor('stable_settled') : ensureReplicas(desired, web, stable);
}

/** Not in the middle of a rollout of its own, and N pods stay ready, or as many as there are: a controller takes unready pods first. */
function mayShrink({ split, replicas }: DesiredOf<'shiftTraffic'>, web: LiveWorkload, canary: LiveWorkload): boolean {
  const left = Math.min(web.ready, split.stable);
  return web.byRelease.length <= 1 && left + canary.ready >= Math.min(replicas, web.ready + canary.ready);
}

/** Percent of the ready pods that are the canary's, with one decimal; 0 where none is ready. */
export function weightOf(canary: LiveWorkload | null, web: LiveWorkload | null): number {
  const ready = (canary?.ready ?? 0) + (web?.ready ?? 0);
  return ready === 0 ? 0 : Math.round((1000 * (canary?.ready ?? 0)) / ready) / 10;
}
