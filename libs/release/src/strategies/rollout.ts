import type { Plan } from '../plan';
import { leftRouter } from '../routers/registry';
import type { StrategyInput } from './strategy';

/** Updates the workload itself, pod by pod, and waits until it is ready. */
export function rollout({ policy, target, inspection, replicas, promoted }: StrategyInput): Plan {
  const base = { target, deadline: policy.progressDeadline };
  return {
    strategy: 'rollout',
    ...leftRouter(policy, inspection).planned(inspection),
    replicas,
    steps: [{ kind: 'apply', ...base }, { kind: 'promote', ...base, replicas: promoted }, { kind: 'retire', ...base }],
  };
}
