import type { Desired } from './desired';
import type { Live } from './live';
import { routerNamed } from './routers/registry';
import { apply } from './steps/apply';
import { guard } from './steps/guard';
import { handBack } from './steps/hand-back';
import { promote } from './steps/promote';
import { stopBaseline } from './steps/remove-baseline';
import { retire } from './steps/retire';
import { rollback } from './steps/rollback';
import { scaleBaseline } from './steps/scale-baseline';
import { scaleCanary } from './steps/scale-canary';
import { scaleDownCanary } from './steps/scale-down-canary';
import { setPartition } from './steps/set-partition';
import { withdraw } from './steps/withdraw';
import type { NextWrite } from './write';

/**
 * The next safe write that brings the live cluster nearer to the desired state, with those that do not depend on it, or
 * a condition to wait for, or the outcome of the step. Pure and level-triggered: the caller performs the writes, reads
 * the live state again, and calls this function again. It may also perform only some of them, in any order.
 */
export const nextWrite = (desired: Desired, live: Live): NextWrite =>
  guard(desired, live) ?? stopBaseline(desired, live) ?? writeTowards(withinBounds(desired, live), live);

/**
 * With an autoscaler, the number of pods is what it has set: it would undo any other. Alloy never scales such a
 * workload down, so it is never a number of Alloy's. Otherwise the maximum of the autoscaler limits what the plan has.
 */
function withinBounds(desired: Desired, { hpa, web }: Live): Desired {
  if (!hpa) return desired;
  const size = (planned: number): number =>
    Math.min(desired.isAutoscaled && web && web.replicas > 0 ? web.replicas : planned, hpa.max);
  const bounded = { ...desired, replicas: size(desired.replicas) };
  return bounded.kind === 'promote' ? { ...bounded, promoted: size(bounded.promoted) } : bounded;
}

function writeTowards(desired: Desired, live: Live): NextWrite {
  switch (desired.kind) {
    case 'apply':
      return apply(desired, live);
    case 'scaleCanary':
      return scaleCanary(desired, live);
    case 'scaleBaseline':
      return scaleBaseline(desired, live);
    case 'shiftTraffic':
      return routerNamed(desired.router).shift(desired, live);
    case 'setPartition':
      return setPartition(desired, live);
    case 'promote':
      return promote(desired, live);
    case 'retire':
      return retire(desired, live);
    case 'handBack':
      return handBack(desired, live);
    case 'rollback':
      return rollback(desired, live);
    case 'scaleDownCanary':
      return scaleDownCanary(desired, live);
    case 'withdraw':
      return withdraw(desired, live);
  }
}
