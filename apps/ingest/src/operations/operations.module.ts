import { Rebuilder } from '@alloy/event-store';
import { asyncViews, logUpcasters, type ArtifactStore } from '@alloy/ledger';
import { LOGGER, managedProvider, ResyncLoop } from '@alloy/service';
import { Module } from '@nestjs/common';
import type { Logger } from 'pino';
import { AccessModule } from '../access/access.module';
import { AuditController } from '../audit/audit.controller';
import { AUDITOR, Auditor } from '../audit/auditor';
import type { IngestConfig } from '../config';
import { IngestHealthController } from '../ingest-health.controller';
import { DocsController } from '../openapi/docs.controller';
import { ProjectionsController } from '../projections/projections.controller';
import { ShredController } from '../shredding/shred.controller';
import { StorageModule } from '../storage/storage.module';
import { ARTIFACTS, CONFIG, POOL } from '../tokens';

const KEY_PURGE_SECONDS = 3_600;

type Pool = ConstructorParameters<typeof Auditor>[0];

const makeAuditor = ({ ALLOY_AUDIT_DIR: folder }: IngestConfig, pool: Pool): Auditor | null =>
  (folder === undefined ? null : new Auditor(pool, folder));

const makeRebuilder = (pool: Pool, logger: Logger): Rebuilder =>
  new Rebuilder({
    pool, views: asyncViews, upcasters: logUpcasters,
    onError: (err, view) => logger.error({ err, view }, 'the rebuild of a view failed'),
  });

const makeKeyPurge = (artifacts: ArtifactStore, logger: Logger): ResyncLoop =>
  new ResyncLoop(async () => {
    const removed = await artifacts.purgeKeys();
    if (removed > 0) logger.info({ removed }, 'removed key files that no sealed bundle needs');
  }, { name: 'keystore', seconds: KEY_PURGE_SECONDS, logger });

/** The functions for operators: health, the API's description, audit, views, shredding, maintenance of the keystore. */
@Module({
  imports: [StorageModule, AccessModule],
  controllers: [IngestHealthController, DocsController, AuditController, ProjectionsController, ShredController],
  providers: [
    { provide: AUDITOR, inject: [CONFIG, POOL], useFactory: makeAuditor },
    managedProvider({ provide: Rebuilder, inject: [POOL, LOGGER], make: makeRebuilder, quiesce: (rebuilder) => rebuilder.stop() }),
    managedProvider({
      provide: ResyncLoop, inject: [ARTIFACTS, LOGGER], make: makeKeyPurge,
      start: (loop) => loop.start(), quiesce: (loop) => loop.stop(),
    }),
  ],
})
export class OperationsModule {}
