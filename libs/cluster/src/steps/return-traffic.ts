import type { Desired, DesiredOf } from '../desired';
import type { Live, LiveWorkload } from '../live';
import { routerNamed } from '../routers/registry';
import { waitFor, type NextWrite } from '../write';
import { ensureReplicas } from './ensure';

type Returning = DesiredOf<'rollback' | 'scaleDownCanary'>;

/** What stable lacks. */
export interface Short {
  /** Pods of stable that are not ready yet. */
  readonly missing: number;
  /** The canary is healthy: it keeps all of its pods and of its traffic until none is missing. */
  readonly canaryLast: boolean;
}

/** Gives stable as much of the traffic as it has pods for, or all of it at once if the canary goes last. */
export const returnTraffic = (desired: Returning, live: Live, short: Short): NextWrite | undefined =>
  routerNamed(desired.router).limit(desired, live, percentKept(desired, live, short));

/** As `returnTraffic`, without its waits: the fastest write of all comes before what it waits for. */
export function returnTrafficAtOnce(desired: Returning, live: Live, short: Short): NextWrite | undefined {
  const next = returnTraffic(desired, live, short);
  return next?.kind === 'write' || next?.kind === 'stale' ? next : undefined;
}

/** The part of the traffic for which stable has no pods yet, or all of it if the canary goes last. */
function percentKept({ replicas }: Returning, live: Live, { missing, canaryLast }: Short): number {
  if (canaryLast) return missing > 0 ? 100 : 0;
  return missing > 0 ? (100 * Math.min(live.canary?.ready ?? 0, missing)) / replicas : 0;
}

/** Removes one pod of the canary for each pod of stable that becomes ready. */
export function shrinkCanary(desired: Desired, canary: LiveWorkload, { missing, canaryLast }: Short): NextWrite | undefined {
  if (canary.replicas === 0) return undefined;
  // Pods that are not ready get no traffic and are removed at once, except those of a healthy canary.
  const keep = canaryLast ? (missing > 0 ? canary.replicas : 0) : Math.min(canary.ready, missing, canary.replicas);
  return keep < canary.replicas ? ensureReplicas(desired, canary, keep) : waitFor('stable_ready');
}
