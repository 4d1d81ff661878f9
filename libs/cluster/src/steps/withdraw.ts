import type { DesiredOf } from '../desired';
import { readyOf, type Live } from '../live';
import { done, waitFor, type NextWrite } from '../write';
import { ensureReplicas } from './ensure';

/** Takes the pods of a bad canary away though stable is below N: they are no capacity. Not the last ready pods, since no answer is worse than a bad one (P2). */
export function withdraw(desired: DesiredOf<'withdraw'>, { web, canary }: Live): NextWrite {
  if (!canary || canary.replicas === 0) return withdrawn(web?.ready ?? 0);
  if (readyOf(web, desired.stable) === 0) return waitFor('stable_ready');
  return ensureReplicas(desired, canary, 0) ?? withdrawn(web?.ready ?? 0);
}

const withdrawn = (stableReady: number): NextWrite => done({ type: 'TrafficShifted', data: { asked: 0, reached: 0, canaryReady: 0, stableReady } });
