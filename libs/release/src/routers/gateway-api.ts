import { split } from '../strategies/split';
import type { PlannedRouter } from './router';

/**
 * The weights of a route divide the traffic, so that stable keeps its N pods, and the canary has max(the stage's
 * replicas, ⌈w·N⌉).
 */
export const gatewayApi: PlannedRouter = {
  name: 'gatewayApi',
  isWeighted: true,
  split: (replicas, stage) => split(replicas, stage, true),
  planned: ({ traffic }) => ({ router: 'gatewayApi', ...(traffic && { traffic }) }),
};
