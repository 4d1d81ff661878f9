import type { Judgement, Numbers } from './verdict';

/** Ready and desired pods of the canary. */
export interface Health {
  readonly ready: number;
  readonly desired: number;
}

const NO_NUMBERS: Numbers = {
  canaryRequests: 0, canaryErrors: 0, canaryErrorRate: null, baselineRequests: 0, baselineErrors: 0,
  baselineErrorRate: null, threshold: null, minRequests: 0, measurements: null,
};

/**
 * Mode `health`: judges by the pods' health only, and records that no metrics were judged. Pods that are not ready are
 * inconclusive, because they may become ready. `chosenBy`: Alloy chose the mode.
 */
export function judgeHealth({ ready, desired }: Health, chosenBy?: 'auto'): Judgement {
  const seen = `${ready} of ${desired} canary pods ready; no metrics were judged (${chosenBy ? `analysis: {mode: ${chosenBy}}, and stable has no request metrics` : 'analysis: {mode: health}'})`;
  if (Number.isFinite(ready) && desired > 0 && ready >= desired)
    return { verdict: 'pass', code: 'healthy', numbers: NO_NUMBERS, detail: seen };
  return { verdict: 'inconclusive', code: 'unhealthy', numbers: NO_NUMBERS, detail: seen };
}
