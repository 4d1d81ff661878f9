import type { RouterName } from '../plan';
import { split } from '../strategies/split';
import type { PlannedRouter } from './router';

type Abilities = Pick<PlannedRouter, 'managed' | 'hasNamedRules' | 'keepsUsers'>;

/**
 * A router whose routes have weights: stable keeps its N pods, and the canary has max(the stage's replicas, ⌈w·N⌉).
 * `can`: what its routes have beside weights, default nothing.
 */
export const byRoute = (name: RouterName, can: Partial<Abilities> = {}): PlannedRouter => ({
  name,
  isWeighted: true,
  managed: [],
  hasNamedRules: false,
  keepsUsers: false,
  ...can,
  split: (replicas, stage) => split(replicas, stage, true),
  planned: ({ traffic }) => ({ router: name, ...(traffic && { traffic }) }),
});
