import type { ServiceOptions } from '@alloy/service';
import type { IngestConfig } from './config';
import { IngestModule } from './ingest.module';
import { BODY_LIMIT, takeJsonBodies } from './webhook/json-body';

/** Ingest as `runService` wants it, for any configuration. */
export const serviceOptions = (config: () => IngestConfig): ServiceOptions<IngestConfig> => ({
  name: 'ingest', config, module: (parsed) => IngestModule.with(parsed), configure: takeJsonBodies, bodyLimit: BODY_LIMIT, bodyParser: false,
});
