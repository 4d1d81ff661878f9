import { clusterSettings } from '@alloy/cluster';
import { baseConfig, hasMasterKey, masterKeyConfig, masterKeyIsMissing } from '@alloy/service';
import { z } from 'zod';

/** What the executor reads from its environment. */
export const executorConfig = baseConfig('executor')
  .extend({
    ...clusterSettings,
    /** Name of that cluster in plans. */
    ALLOY_CLUSTER: z.string().min(1).default('default'),
    /** Seconds for which a token that the cluster does not know (any more) is hoped to be renewed; a cluster that can't be reached is told after a sixth of them. */
    ACCESS_GRACE_SECONDS: z.coerce.number().min(0.1).max(3600).default(60),
    ...masterKeyConfig,
  })
  .refine(hasMasterKey, masterKeyIsMissing);
export type ExecutorConfig = z.output<typeof executorConfig>;
