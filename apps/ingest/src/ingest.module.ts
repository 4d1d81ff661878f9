import { projectionLag, Projector } from '@alloy/event-store';
import { asyncViews, createLedger, releaseUpcasters, type Ledger } from '@alloy/ledger';
import { createDataSource, typeormProjects } from '@alloy/ledger/orm';
import { continueTrace, HealthChecks, LOGGER, masterKeyOf, scrapedGauges } from '@alloy/service';
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
import { IngestLife } from './ingest-life';
import { KnownWorkloads } from './manifests/known-workloads';
import { DocsController } from './openapi/docs.controller';
import { Poker } from './poker';
import { ProjectionsController } from './projections/projections.controller';
import { projections } from './projections/projections.providers';
import { ProjectRegistryController } from './projects/project-registry.controller';
import { ProjectsController } from './projects/projects.controller';
import { releaseControllers, releaseProviders } from './releases/release-routes';
import { LEDGER, PROJECTS } from './tokens';
import { SecretsController } from './secrets/secrets.controller';
import { registry } from './registry/registry.providers';
import { ShredController } from './shredding/shred.controller';
import { AcceptRelease } from './webhook/accept-release';
import { DeployController } from './webhook/deploy.controller';

const POOL_SIZE = 10;

/** Ingest's composition root. */
@Module({})
export class IngestModule {
  static with(config: IngestConfig): DynamicModule {
    return {
      module: IngestModule,
      controllers: [DoorHealthController, DocsController, UsersController, TokensController, ProjectRegistryController, DeployController, ...releaseControllers, ...eventControllers, SecretsController, ProjectsController, AuditController, ProjectionsController, ShredController],
      providers: [
        { provide: Poker, inject: [LOGGER], useFactory: makePoker(config) },
        { provide: LEDGER, inject: [Poker, LOGGER, HealthChecks], useFactory: openLedger(config) },
        { provide: DataSource, useFactory: () => createDataSource(config.DATABASE_URL.reveal()).initialize() },
        { provide: PROJECTS, inject: [DataSource], useFactory: typeormProjects },
        { provide: Projector, inject: [LEDGER, LOGGER, Registry], useFactory: makeProjector },
        { provide: IngestLife, inject: [LEDGER, DataSource, Poker, Projector], useFactory: makeLife },
        { provide: AUDITOR, inject: [LEDGER], useFactory: makeAuditor(config) },
        ...guards(config),
        ...projections,
        AcceptRelease,
        KnownWorkloads,
        ...registry(config),
        ...releaseProviders,
        ...eventProviders,
        ...registries,
        ...idempotency,
      ],
    };
  }
}

const makePoker = (config: IngestConfig) => (logger: Logger): Poker =>
  new Poker(config.NATS_URL.reveal(), (err) => logger.warn({ err }, 'no NATS yet: the relay finds new releases by polling'));

const openLedger = (config: IngestConfig) => (poker: Poker, logger: Logger, checks: HealthChecks): Ledger => {
  const ledger = createLedger({
    databaseUrl: config.DATABASE_URL.reveal(), name: 'alloy-ingest', poolSize: POOL_SIZE, masterKey: masterKeyOf(config), keystoreDir: config.ALLOY_KEYSTORE,
    poke: () => poker.poke(), traceparent: continueTrace, onPoolError: (err) => logger.warn({ err }, 'a database connection broke'),
  });
  checks.add('db', () => ledger.store.now());
  return ledger;
};

const makeProjector = ({ pool }: Ledger, logger: Logger, registry: Registry): Projector => {
  scrapedGauges(registry, 'alloy_projection_lag', 'Events that a view has yet to take in', 'view', () => projectionLag(pool, asyncViews));
  return new Projector({
    pool, upcasters: releaseUpcasters, views: asyncViews,
    onError: (err, view) => logger.error({ err, view }, 'a view could not follow the log; trying again'),
  });
};

const makeLife = (ledger: Ledger, source: DataSource, poker: Poker, projector: Projector): IngestLife => new IngestLife({ ledger, source, poker, projector });

const makeAuditor = ({ ALLOY_AUDIT_DIR }: IngestConfig) => (ledger: Ledger): Auditor | null => (ALLOY_AUDIT_DIR === undefined ? null : new Auditor(ledger.pool, ALLOY_AUDIT_DIR));
