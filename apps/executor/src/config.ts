import { baseConfig, hasMasterKey, masterKeyConfig, masterKeyIsMissing } from '@alloy/service';
import { z } from 'zod';

/** What the executor reads from its environment. */
export const executorConfig = baseConfig('executor')
  .extend({
    /** Path of the kubeconfig, or `in-cluster`; never KUBECONFIG, so that nobody releases to production by accident. */
    ALLOY_KUBECONFIG: z.string().min(1),
    /** Name of that cluster in plans. */
    ALLOY_CLUSTER: z.string().min(1).default('default'),
    /** Seconds for which a token that the cluster does not know (any more) is hoped to be renewed; a cluster that can't be reached is told after a sixth of them. */
    ACCESS_GRACE_SECONDS: z.coerce.number().min(0.1).max(3600).default(60),
    ...masterKeyConfig,
    /** Set by Kubernetes in every pod; used by `in-cluster`. */
    KUBERNETES_SERVICE_HOST: z.string().min(1).optional(),
    KUBERNETES_SERVICE_PORT: z.string().min(1).default('443'),
  })
  .refine(hasMasterKey, masterKeyIsMissing)
  .refine((config) => config.ALLOY_KUBECONFIG !== 'in-cluster' || config.KUBERNETES_SERVICE_HOST !== undefined, {
    path: ['ALLOY_KUBECONFIG'],
    message: 'is in-cluster, but this is not a pod',
  });
export type ExecutorConfig = z.output<typeof executorConfig>;
