import type { AnalyseStep, Step } from '../plan';
import type { StrategyInput } from './strategy';

/**
 * Pods of the baseline, the analysis that compares the canary with them, and their removal. `replicas`: pods of the
 * canary. By health alone nothing is compared, so that no baseline starts.
 */
export function experimentSteps({ policy, target }: StrategyInput, analysis: AnalyseStep, replicas: number): readonly Step[] {
  if (analysis.mode === 'health') return [analysis];
  const scale = { kind: 'scaleBaseline', target, deadline: policy.progressDeadline } as const;
  return [{ ...scale, replicas }, { ...analysis, baseline: true }, { ...scale, replicas: 0 }];
}
