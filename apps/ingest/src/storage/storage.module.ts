import { projectionLag, Projector } from '@alloy/event-store';
import {
  asyncViews, createLedger, findSurroundings, logUpcasters, postgresIdempotencyKeys, postgresRequestMarks, postgresTrustBook, type Ledger,
} from '@alloy/ledger';
import { openRepositories, type Repositories } from '@alloy/ledger/orm';
import { continueTrace, LOGGER, masterKeyOf, managedProvider, scrapedGauges, secretsKeyOf } from '@alloy/service';
import { natsAccessOf } from '@alloy/transport';
import { Module, type FactoryProvider } from '@nestjs/common';
import type { Logger } from 'pino';
import { Registry } from 'prom-client';
import type { IngestConfig } from '../config';
import { CommitNotifier } from '../commit-notifier';
import {
  ARTIFACT_USES, ARTIFACTS, CONFIG, EVENT_STORE, HOLDS, IDEMPOTENCY_KEYS, LEDGER, OBSERVED_PODS, PLAN_REQUESTS, POLICIES, POOL,
  PROJECT_HISTORY, PROJECT_REGISTRY, PROJECTS, RELEASE_LIST, RELEASE_LOG, REPOSITORIES, REQUEST_MARKS, SECRETS, STABLE_VERSIONS,
  SURROUNDINGS, TOKEN_REGISTRY, TRUST_BOOK, USER_REGISTRY,
} from '../tokens';
import type { SurroundingsFinder } from './surroundings-finder';

const POOL_SIZE = 10;
/** Number of concurrent releases that do not wait for the keystore's disk. */
const SPARE_KEYS = 32;

const makeCommitNotifier = (config: IngestConfig, logger: Logger): CommitNotifier => {
  const onError = (err: unknown) => logger.warn({ err }, 'NATS is unavailable: the relay finds new releases by polling');
  return new CommitNotifier({ ...natsAccessOf(config), name: 'alloy-ingest' }, onError);
};

const openLedger = (config: IngestConfig, notifier: CommitNotifier, logger: Logger): Ledger =>
  createLedger({
    databaseUrl: config.DATABASE_URL.reveal(),
    name: 'alloy-ingest',
    poolSize: POOL_SIZE,
    masterKey: masterKeyOf(config),
    secretsKey: secretsKeyOf(config),
    keystoreDir: config.ALLOY_KEYSTORE,
    spareKeys: SPARE_KEYS,
    notifyCommit: (events) => notifier.notify(events),
    traceparent: continueTrace,
    onPoolError: (err) => logger.warn({ err }, 'a database connection broke'),
  });

const makeProjector = ({ pool }: Ledger, logger: Logger, registry: Registry): Projector => {
  scrapedGauges(registry, 'alloy_projection_lag', 'Events that a view does not contain yet', 'view', () => projectionLag(pool, asyncViews));
  return new Projector({
    pool, upcasters: logUpcasters, views: asyncViews,
    onError: (err, view) => logger.error({ err, view }, 'a view cannot follow the log; trying again'),
  });
};

const surroundingsIn = ({ pool }: Ledger): SurroundingsFinder =>
  ({ find: (project, environment) => findSurroundings(pool, project, environment) });

const ofLedger = (provide: symbol, useFactory: (ledger: Ledger) => unknown): FactoryProvider => ({ provide, inject: [LEDGER], useFactory });
const ofRepositories = (provide: symbol, useFactory: (repositories: Repositories) => unknown): FactoryProvider =>
  ({ provide, inject: [REPOSITORIES], useFactory });

const ports: readonly FactoryProvider[] = [
  ofLedger(POOL, ({ pool }) => pool),
  ofLedger(EVENT_STORE, ({ store }) => store),
  ofLedger(RELEASE_LOG, ({ log }) => log),
  ofLedger(ARTIFACTS, ({ artifacts }) => artifacts),
  ofLedger(STABLE_VERSIONS, ({ stable }) => stable),
  ofLedger(OBSERVED_PODS, ({ observedPods }) => observedPods),
  ofLedger(POLICIES, ({ policies }) => policies),
  ofLedger(HOLDS, ({ holds }) => holds),
  ofLedger(SECRETS, ({ secrets }) => secrets),
  ofLedger(PLAN_REQUESTS, ({ planRequests }) => planRequests),
  ofLedger(SURROUNDINGS, surroundingsIn),
  ofLedger(TRUST_BOOK, ({ pool }) => postgresTrustBook(pool)),
  ofLedger(IDEMPOTENCY_KEYS, ({ pool }) => postgresIdempotencyKeys(pool)),
  ofLedger(REQUEST_MARKS, ({ pool }) => postgresRequestMarks(pool)),
  ofRepositories(PROJECTS, ({ callers }) => callers),
  ofRepositories(PROJECT_REGISTRY, ({ projects }) => projects),
  ofRepositories(USER_REGISTRY, ({ users }) => users),
  ofRepositories(TOKEN_REGISTRY, ({ tokens }) => tokens),
  ofRepositories(RELEASE_LIST, ({ releases }) => releases),
  ofRepositories(PROJECT_HISTORY, ({ history }) => history),
  ofRepositories(ARTIFACT_USES, ({ artifactUses }) => artifactUses),
];

/** Opens the ledger and binds each port to a part of it. The ledger is not exported, so no feature can inject it. */
@Module({
  providers: [
    managedProvider({
      provide: CommitNotifier,
      inject: [CONFIG, LOGGER],
      make: makeCommitNotifier,
      start: (notifier) => notifier.start(),
      close: (notifier) => notifier.stop(),
    }),
    managedProvider({
      provide: LEDGER,
      inject: [CONFIG, CommitNotifier, LOGGER],
      make: openLedger,
      ready: ['db', ({ store }) => store.now()],
      close: (ledger) => ledger.close(),
    }),
    { provide: REPOSITORIES, inject: [LEDGER], useFactory: openRepositories },
    managedProvider({
      provide: Projector,
      inject: [LEDGER, LOGGER, Registry],
      make: makeProjector,
      start: (projector) => projector.start(),
      close: (projector) => projector.stop(),
    }),
    ...ports,
  ],
  exports: [Projector, CommitNotifier, ...ports.map(({ provide }) => provide)],
})
export class StorageModule {}
