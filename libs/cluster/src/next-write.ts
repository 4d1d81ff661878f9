import type { Desired } from './desired';
import type { Live } from './live';
import { routerNamed } from './routers/registry';
import { apply } from './steps/apply';
import { guard } from './steps/guard';
import { handBack } from './steps/hand-back';
import { promote } from './steps/promote';
import { retire } from './steps/retire';
import { rollback } from './steps/rollback';
import { scaleCanary } from './steps/scale-canary';
import { withdraw } from './steps/withdraw';
import type { NextWrite } from './write';

/**
 * The next safe write that brings the live cluster nearer to the desired state, with those that do not depend on it, or
 * a condition to wait for, or the outcome of the step. Pure and level-triggered: the caller performs the writes, reads
 * the live state again, and calls this function again. It may also perform only some of them, in any order.
 */
export const nextWrite = (desired: Desired, live: Live): NextWrite =>
  guard(desired, live) ?? writeTowards(withinBounds(desired, live), live);

/** Limits the desired number of pods to the maximum of the autoscaler, which would remove any more. */
function withinBounds(desired: Desired, { hpa }: Live): Desired {
  if (!hpa) return desired;
  const bounded = { ...desired, replicas: Math.min(desired.replicas, hpa.max) };
  return bounded.kind === 'promote' ? { ...bounded, promoted: Math.min(bounded.promoted, hpa.max) } : bounded;
}

function writeTowards(desired: Desired, live: Live): NextWrite {
  switch (desired.kind) {
    case 'apply':
      return apply(desired, live);
    case 'scaleCanary':
      return scaleCanary(desired, live);
    case 'shiftTraffic':
      return routerNamed(desired.router).shift(desired, live);
    case 'promote':
      return promote(desired, live);
    case 'retire':
      return retire(desired, live);
    case 'handBack':
      return handBack(desired, live);
    case 'rollback':
      return rollback(desired, live);
    case 'withdraw':
      return withdraw(desired, live);
  }
}
