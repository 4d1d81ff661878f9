import type { Plan } from '../plan';
import { leftRouter } from '../routers/registry';
import type { StrategyInput } from './strategy';

/** Gives the workload back to its users, in one step. */
export const handBack = ({ policy, target, inspection, replicas }: StrategyInput): Plan => ({
  strategy: 'handBack',
  ...leftRouter(policy, inspection).planned(inspection),
  replicas,
  steps: [{ kind: 'handBack', target, deadline: policy.progressDeadline, replicas }],
});
