import type { RunningState } from '@alloy/release';

/** Restarts that are no failure in the current step. */
export interface AllowedRestarts {
  readonly count: number;
  /** A crash loop fails at once, whatever the count. */
  readonly failsInLoop: boolean;
}

/**
 * The restarts that the policy allows now; undefined: a crash loop fails at once. A pod starts until the traffic of its
 * release begins, and in a promotion until all pods were ready once; its restarts until then count under traffic too.
 */
export function allowedRestarts({ policy: { maxRestarts }, current, weights }: RunningState): AllowedRestarts | undefined {
  if (maxRestarts === undefined || maxRestarts === 'none' || !current) return undefined;
  const { starting, underTraffic } = maxRestarts;
  const { spec: { kind }, ready } = current;
  const isStarting = !ready && (kind === 'promote' || (kind === 'scaleCanary' && weights.asked === 0));
  return isStarting
    ? { count: starting, failsInLoop: false }
    : { count: starting + underTraffic, failsInLoop: underTraffic === 0 };
}
