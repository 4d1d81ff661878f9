import type { Judgement, Numbers } from './verdict';

/** Ready and wanted pods of the canary. */
export interface Health {
  readonly ready: number;
  readonly desired: number;
}

const NO_NUMBERS: Numbers = {
  canaryRequests: 0, canaryErrors: 0, canaryErrorRate: null, baselineRequests: 0, baselineErrors: 0, baselineErrorRate: null, threshold: null, minRequests: 0, measurements: null,
};

/** Mode `health`: the pods' health decides alone, and the record says that no metrics were judged. Pods that are not all ready are inconclusive: they may come back. `chosenBy`: the policy left the mode to Alloy. */
export function judgeHealth({ ready, desired }: Health, chosenBy?: 'auto'): Judgement {
  const seen = `${ready} of ${desired} canary pods ready; no metrics were judged (${chosenBy ? `analysis: {mode: ${chosenBy}}, and stable has no request metrics` : 'analysis: {mode: health}'})`;
  if (Number.isFinite(ready) && desired > 0 && ready >= desired) return { verdict: 'pass', code: 'healthy', numbers: NO_NUMBERS, detail: seen };
  return { verdict: 'inconclusive', code: 'unhealthy', numbers: NO_NUMBERS, detail: seen };
}
