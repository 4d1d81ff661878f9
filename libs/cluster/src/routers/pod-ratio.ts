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
      () => (web && !live.hpa ? drained(desired, web) : undefined),
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

/** Kubernetes' own default, seconds. */
const DEFAULT_GRACE = 30;
/** In which a node ends a pod whose grace is over, seconds. */
const KILL_TIME = 5;

/**
 * Pods that were deleted answer on open connections, and hold their share of the namespace's quota and of the nodes, until they have ended. They are waited for
 * as long as their grace asks, so that the weight is true when it is reported and the next stage has room.
 */
function drained({ drainSeconds }: DesiredOf<'shiftTraffic'>, { draining, object }: LiveWorkload): NextWrite | undefined {
  const grace = (object.spec.template.spec['terminationGracePeriodSeconds'] as number | undefined) ?? DEFAULT_GRACE;
  return draining > 0 && drainSeconds > 0 ? waitFor('pods_drained', Math.min(drainSeconds, grace + KILL_TIME)) : undefined;
}

/** Percent of the ready pods that are the canary's, with one decimal; 0 where none is ready. */
export function weightOf(canary: LiveWorkload | null, web: LiveWorkload | null): number {
  const ready = (canary?.ready ?? 0) + (web?.ready ?? 0);
  return ready === 0 ? 0 : Math.round((1000 * (canary?.ready ?? 0)) / ready) / 10;
}
