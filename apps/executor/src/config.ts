import { clusterSettings } from '@alloy/cluster';
import { baseConfig, hasMasterKey, masterKeyConfig, masterKeyIsMissing } from '@alloy/service';
import { z } from 'zod';

/** The executor's environment. */
export const executorConfig = baseConfig('executor')
  .extend({
    ...clusterSettings,
    /** Name of that cluster in plans. */
    ALLOY_CLUSTER: z.string().min(1).default('default'),
    /**
     * Seconds in which a user can renew a token that the cluster rejects, before the release fails. The executor
     * records an unreachable cluster after a sixth of them.
     */
    ACCESS_GRACE_SECONDS: z.coerce.number().min(0.1).max(3600).default(60),
    ...masterKeyConfig,
  })
  .refine(hasMasterKey, masterKeyIsMissing);
export type ExecutorConfig = z.output<typeof executorConfig>;
