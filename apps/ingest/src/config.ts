import { baseConfig, hasMasterKey, masterKeyConfig, masterKeyIsMissing } from '@alloy/service';
import type { z } from 'zod';

/** What ingest reads from its environment. */
export const ingestConfig = baseConfig('ingest').extend(masterKeyConfig).refine(hasMasterKey, masterKeyIsMissing);
export type IngestConfig = z.output<typeof ingestConfig>;
