import { baseConfig, hasMasterKey, masterKeyConfig, masterKeyIsMissing } from '@alloy/service';
import { z } from 'zod';

/** What ingest reads from its environment. */
export const ingestConfig = baseConfig('ingest')
  .extend({
    ...masterKeyConfig,
    /** Folder of the planner's checkpoints and public keys; unset: the log can't be verified here. */
    ALLOY_AUDIT_DIR: z.string().min(1).optional(),
  })
  .refine(hasMasterKey, masterKeyIsMissing);
export type IngestConfig = z.output<typeof ingestConfig>;
