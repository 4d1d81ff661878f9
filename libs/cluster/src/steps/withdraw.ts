import type { DesiredOf } from '../desired';
import { readyOf, type Live } from '../live';
import { routerNamed } from '../routers/registry';
import { done, waitFor, type NextWrite } from '../write';
import { ensureReplicas } from './ensure';

/**
 * Removes the pods of a bad canary although stable has fewer pods than planned, because bad pods are no capacity. It
 * keeps them while no pod of stable is ready, because no response is worse than a bad one (P2).
 */
export function withdraw(desired: DesiredOf<'withdraw'>, live: Live): NextWrite {
  const { web, canary } = live;
  if (!canary || canary.replicas === 0) return withdrawn(web?.ready ?? 0);
  if (readyOf(web, desired.stable) === 0) return waitFor('stable_ready');
  return routerNamed(desired.router).limit(desired, live, 0) ?? ensureReplicas(desired, canary, 0) ?? withdrawn(web?.ready ?? 0);
}

const withdrawn = (stableReady: number): NextWrite =>
  done({ type: 'TrafficShifted', data: { asked: 0, reached: 0, canaryReady: 0, stableReady } });
