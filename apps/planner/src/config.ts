import { baseConfig } from '@alloy/service';
import { z } from 'zod';

export const plannerConfig = baseConfig('planner')
  .extend({
    /** Name of the cluster that plans refer to. */
    ALLOY_CLUSTER: z.string().min(1).default('default'),
    /**
     * PEM file of the Ed25519 key that signs checkpoints, created if missing, and the folder for checkpoints. Unset: no
     * checkpoints.
     */
    ALLOY_AUDIT_KEY_FILE: z.string().min(1).optional(),
    ALLOY_AUDIT_DIR: z.string().min(1).optional(),
    /** Minimum seconds between two checkpoints. */
    ALLOY_AUDIT_SECONDS: z.coerce.number().min(1).max(86_400).default(60),
  })
  .refine((config) => (config.ALLOY_AUDIT_KEY_FILE === undefined) === (config.ALLOY_AUDIT_DIR === undefined), {
    path: ['ALLOY_AUDIT_DIR'], message: 'and ALLOY_AUDIT_KEY_FILE go together: one of them is missing',
  });
export type PlannerConfig = z.output<typeof plannerConfig>;
