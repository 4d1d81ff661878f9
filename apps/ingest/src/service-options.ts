import { databaseDependency, postgresDriver } from '@alloy/event-store';
import { tlsOf, type ServiceOptions } from '@alloy/service';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { admitChanges } from './admission/admit-changes';
import { auditRefusals } from './auth/audit-refusals';
import type { IngestConfig } from './config';
import { refuseNul } from './http/refuse-nul';
import { IngestModule } from './ingest.module';
import { BODY_LIMIT, takeJsonBodies } from './webhook/json-body';

/** The options of `runService` for ingest, for any configuration. */
export const serviceOptions = (config: () => IngestConfig): ServiceOptions<IngestConfig> => ({
  name: 'ingest',
  config,
  dependencies: ({ DATABASE_URL }) => [databaseDependency(DATABASE_URL.reveal())],
  module: (parsed) => IngestModule.with(parsed),
  configure,
  trustProxy: ({ ALLOY_TRUST_PROXY }) => ALLOY_TRUST_PROXY,
  tls: tlsOf,
  bodyLimit: BODY_LIMIT,
  bodyParser: false,
  tracing: { postgres: postgresDriver },
});

function configure(app: NestFastifyApplication, { REQUESTS_AT_ONCE, REQUEST_WAIT_SECONDS }: IngestConfig): void {
  admitChanges(app, { limit: REQUESTS_AT_ONCE, maxWaitMs: REQUEST_WAIT_SECONDS * 1_000 });
  refuseNul(app);
  takeJsonBodies(app);
  auditRefusals(app);
}
