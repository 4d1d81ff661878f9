import { baseConfig, hasMasterKey, masterKeyConfig, masterKeyIsMissing } from '@alloy/service';
import { z } from 'zod';

/** What ingest reads from its environment. */
export const ingestConfig = baseConfig('ingest')
  .extend({
    ...masterKeyConfig,
    /** Folder of the planner's checkpoints and public keys; unset: the log can't be verified here. */
    ALLOY_AUDIT_DIR: z.string().min(1).optional(),
    /** Registries and issuers of tokens on this machine itself are refused unless told otherwise. */
    ALLOY_ALLOW_LOOPBACK: z.enum(['true', 'false']).default('false').transform((value) => value === 'true'),
  })
  .refine(hasMasterKey, masterKeyIsMissing);
export type IngestConfig = z.output<typeof ingestConfig>;
