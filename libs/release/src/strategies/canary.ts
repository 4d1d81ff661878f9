import type { Plan, Step } from '../plan';
import type { Stage } from '../policy';
import { routerOf } from '../routers/registry';
import type { StrategyInput } from './strategy';

/** Stage by stage: canary pods, traffic, analysis; then promotion. */
export function canary(input: StrategyInput): Plan {
  const { policy, target, replicas, promoted } = input;
  const base = { target, deadline: policy.progressDeadline };
  return {
    strategy: 'canary',
    router: routerOf(policy).name,
    replicas,
    steps: [
      { kind: 'apply', ...base },
      ...policy.stages.flatMap((stage) => stageSteps(input, stage)),
      { kind: 'promote', ...base, replicas: promoted },
      { kind: 'retire', ...base },
    ],
  };
}

function stageSteps({ policy, target, inspection, replicas, mode }: StrategyInput, stage: Stage): readonly Step[] {
  const base = { target, deadline: policy.progressDeadline };
  const pods = routerOf(policy).split(replicas, stage, inspection.hpa);
  return [
    { kind: 'scaleCanary', ...base, split: pods },
    { kind: 'shiftTraffic', ...base, weight: stage.weight, split: pods },
    {
      kind: 'analyse', target, weight: stage.weight, duration: stage.duration,
      deadline: stage.deadline ?? 2 * stage.duration,
      ...policy.analysis,
      mode,
      ...(policy.analysis.mode === 'auto' && { modeChosenBy: 'auto' as const }),
    },
  ];
}
