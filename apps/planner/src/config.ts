import { baseConfig } from '@alloy/service';
import { z } from 'zod';

export const plannerConfig = baseConfig('planner').extend({
  /** Name of the cluster that plans are made for. */
  ALLOY_CLUSTER: z.string().min(1).default('default'),
});
export type PlannerConfig = z.output<typeof plannerConfig>;
