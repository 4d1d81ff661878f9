import type { Plan } from '../plan';
import { routerOf } from '../routers/registry';
import type { StrategyInput } from './strategy';

/** Gives the workload back to its users, in one step. */
export const handBack = ({ policy, target, replicas }: StrategyInput): Plan => ({
  strategy: 'handBack',
  router: routerOf(policy).name,
  replicas,
  steps: [{ kind: 'handBack', target, deadline: policy.progressDeadline, replicas }],
});
