import { projectionLag, Projector } from '@alloy/event-store';
import { asyncViews, createLedger, type Ledger } from '@alloy/ledger';
import { releaseUpcasters } from '@alloy/release';
import { typeormProjects } from '@alloy/ledger/orm';
import { continueTrace, LOGGER, masterKeyOf, part, scrapedGauges, secretsKeyOf, Sweeper } from '@alloy/service';
import { natsAccessOf } from '@alloy/transport';
import { Module, type DynamicModule } from '@nestjs/common';
import type { Logger } from 'pino';
import { Registry } from 'prom-client';
import { DataSource } from 'typeorm';
import { registries } from './accounts/registries';
import { TokensController } from './accounts/tokens.controller';
import { UsersController } from './accounts/users.controller';
import { AuditController } from './audit/audit.controller';
import { AUDITOR, Auditor } from './audit/auditor';
import { guards } from './auth/guards';
import type { IngestConfig } from './config';
import { DoorHealthController } from './door-health.controller';
import { idempotency } from './idempotency/idempotency.providers';
import { eventControllers, eventProviders } from './events/event-routes';
import { KnownFiles } from './manifests/known-files';
import { KnownWorkloads } from './manifests/known-workloads';
import { DocsController } from './openapi/docs.controller';
import { Poker } from './poker';
import { ProjectionsController } from './projections/projections.controller';
import { projections } from './projections/projections.providers';
import { ProjectRegistryController } from './projects/project-registry.controller';
import { ReleaseWindows } from './projects/release-windows';
import { ProjectsController } from './projects/projects.controller';
import { releaseControllers, releaseProviders } from './releases/release-routes';
import { LEDGER, PROJECTS } from './tokens';
import { SecretsController } from './secrets/secrets.controller';
import { registry } from './registry/registry.providers';
import { ShredController } from './shredding/shred.controller';
import { AcceptRelease } from './webhook/accept-release';
import { DeployController } from './webhook/deploy.controller';

const POOL_SIZE = 10;
/** As many releases may come at once without one waiting for the keystore's disk. */
const SPARE_KEYS = 32;
const KEY_SWEEP_SECONDS = 3_600;

/** Ingest's composition root. */
@Module({})
export class IngestModule {
  static with(config: IngestConfig): DynamicModule {
    return {
      module: IngestModule,
      controllers: [DoorHealthController, DocsController, UsersController, TokensController, ProjectRegistryController, DeployController, ...releaseControllers, ...eventControllers, SecretsController, ProjectsController, AuditController, ProjectionsController, ShredController],
      providers: [
        part({ provide: Poker, inject: [LOGGER], make: makePoker(config), start: (poker) => poker.start(), close: (poker) => poker.stop() }),
        part({ provide: LEDGER, inject: [Poker, LOGGER], make: openLedger(config), ready: ['db', ({ store }) => store.now()], close: (ledger) => ledger.close() }),
        part({ provide: Sweeper, inject: [LEDGER, LOGGER], make: makeKeySweeper, start: (sweeper) => sweeper.start(), quiesce: (sweeper) => sweeper.stop() }),
        { provide: DataSource, inject: [LEDGER], useFactory: ({ orm }: Ledger) => orm.source() },
        { provide: PROJECTS, inject: [DataSource, LEDGER], useFactory: (source: DataSource, { pool }: Ledger) => typeormProjects(source, pool) },
        part({ provide: Projector, inject: [LEDGER, LOGGER, Registry], make: makeProjector, start: (projector) => projector.start(), close: (projector) => projector.stop() }),
        { provide: AUDITOR, inject: [LEDGER], useFactory: makeAuditor(config) },
        ...guards(config),
        ...projections,
        AcceptRelease,
        KnownFiles,
        KnownWorkloads,
        ...registry(config),
        ReleaseWindows,
        ...releaseProviders,
        ...eventProviders,
        ...registries,
        ...idempotency,
      ],
    };
  }
}

const makePoker = (config: IngestConfig) => (logger: Logger): Poker =>
  new Poker({ ...natsAccessOf(config), name: 'alloy-ingest' }, (err) => logger.warn({ err }, 'no NATS yet: the relay finds new releases by polling'));

const openLedger = (config: IngestConfig) => (poker: Poker, logger: Logger): Ledger =>
  createLedger({
    databaseUrl: config.DATABASE_URL.reveal(), name: 'alloy-ingest', poolSize: POOL_SIZE, masterKey: masterKeyOf(config), secretsKey: secretsKeyOf(config), keystoreDir: config.ALLOY_KEYSTORE, spareKeys: SPARE_KEYS,
    poke: (events) => poker.poke(events), traceparent: continueTrace, onPoolError: (err) => logger.warn({ err }, 'a database connection broke'),
  });

const makeProjector = ({ pool }: Ledger, logger: Logger, registry: Registry): Projector => {
  scrapedGauges(registry, 'alloy_projection_lag', 'Events that a view has yet to take in', 'view', () => projectionLag(pool, asyncViews));
  return new Projector({
    pool, upcasters: releaseUpcasters, views: asyncViews,
    onError: (err, view) => logger.error({ err, view }, 'a view could not follow the log; trying again'),
  });
};

const makeKeySweeper = ({ artifacts }: Ledger, logger: Logger): Sweeper =>
  new Sweeper(async () => {
    const removed = await artifacts.sweepKeys();
    if (removed > 0) logger.info({ removed }, 'removed key files that no sealed bundle needs');
  }, { name: 'keystore', seconds: KEY_SWEEP_SECONDS, logger });

const makeAuditor = ({ ALLOY_AUDIT_DIR }: IngestConfig) => (ledger: Ledger): Auditor | null => (ALLOY_AUDIT_DIR === undefined ? null : new Auditor(ledger.pool, ALLOY_AUDIT_DIR));
