import type { Reason } from '../events';
import type { Split } from '../plan';
import { reason } from './reason';

/** Why the canary gets another number of pods in the middle of a step. */
export const resizedReason = (from: number, { canary, stable }: Split): Reason =>
  reason('stable_scaled', 'router.split', `stable has ${stable} pods now, so the canary needs ${canary} in place of ${from}`, {
    stable, canaryFrom: from, canaryTo: canary,
  });
