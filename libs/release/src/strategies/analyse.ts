import type { AnalyseStep } from '../plan';
import type { Stage } from '../policy';
import type { CanaryStep } from '../policy-steps';
import type { StrategyInput } from './strategy';

type Analysis = Partial<Omit<NonNullable<CanaryStep['analysis']>, 'duration' | 'deadline'>>;

/** The analysis of a stage or a step. `isWeighted`: a router gives the new version its weight, whatever its pods. */
export function analyse(
  { policy, target, mode }: StrategyInput, { weight, duration, deadline = 2 * duration, ...overrides }: Stage & Analysis,
  isWeighted: boolean,
): AnalyseStep {
  const { replicas: _pods, ...limits } = overrides;
  return {
    kind: 'analyse', target, weight, duration, deadline,
    ...(isWeighted && { isWeighted: true as const }),
    ...policy.analysis,
    ...known(limits),
    mode,
    ...(policy.analysis.mode === 'auto' && { modeChosenBy: 'auto' as const }),
  };
}

const known = (limits: Analysis): { readonly [K in keyof Analysis]?: number } =>
  Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined));
