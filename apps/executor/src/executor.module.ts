import { connectCluster, describeWrite, type Cluster } from '@alloy/cluster';
import { createLedger, type Ledger } from '@alloy/ledger';
import { countSettlements, HealthChecks, LOGGER, masterKeyOf, Sweeper } from '@alloy/service';
import { connectNats, JetStreamStrategy, poke, type NatsConnection } from '@alloy/transport';
import { Module, type DynamicModule, type INestApplicationContext } from '@nestjs/common';
import type { Logger } from 'pino';
import { Registry } from 'prom-client';
import type { ExecutorConfig } from './config';
import { Executor } from './executor';
import { ExecutorLife } from './executor-life';
import { ExecutorMetrics } from './executor-metrics';
import { PodWatches } from './pod-watches';
import { WakesController } from './wakes.controller';

const NATS = Symbol('nats');
const LEDGER = Symbol('ledger');
const CLUSTER = Symbol('cluster');
const CONNECTIONS = Symbol('connections');
const REPORTING = Symbol('reporting');
const POOL_SIZE = 8;

/** The executor's composition root. */
@Module({})
export class ExecutorModule {
  static with(config: ExecutorConfig): DynamicModule {
    return {
      module: ExecutorModule,
      controllers: [WakesController],
      providers: [
        { provide: CONNECTIONS, useFactory: () => connect(config) },
        { provide: CLUSTER, inject: [CONNECTIONS], useFactory: ({ cluster }: Connections) => cluster },
        { provide: NATS, inject: [CONNECTIONS], useFactory: ({ nats }: Connections) => nats },
        { provide: LEDGER, inject: [NATS, LOGGER, HealthChecks], useFactory: openLedger(config, masterKeyOf(config)) },
        { provide: PodWatches, inject: [CLUSTER], useFactory: (cluster: Cluster) => new PodWatches(cluster) },
        { provide: REPORTING, inject: [LOGGER, Registry], useFactory: reporting },
        { provide: Executor, inject: [LEDGER, CLUSTER, PodWatches, REPORTING], useFactory: makeExecutor(config) },
        { provide: Sweeper, inject: [Executor, LOGGER], useFactory: makeSweeper(config) },
        { provide: ExecutorLife, inject: [LEDGER, NATS, CLUSTER, Executor, PodWatches, Sweeper], useFactory: makeLife },
      ],
    };
  }
}

export const executorStrategy = (app: INestApplicationContext): JetStreamStrategy =>
  new JetStreamStrategy({ connection: app.get<NatsConnection>(NATS), durable: 'executor', onSettled: countSettlements(app.get(Registry)) });

interface Connections {
  readonly cluster: Cluster;
  readonly nats: NatsConnection;
}

/** The cluster first: with a bad kubeconfig nothing is opened that would have to be closed. */
async function connect(config: ExecutorConfig): Promise<Connections> {
  const cluster = await connectCluster(sourceOf(config));
  return { cluster, nats: await connectNats({ url: config.NATS_URL.reveal(), name: 'alloy-executor' }) };
}

const sourceOf = ({ ALLOY_KUBECONFIG, KUBERNETES_SERVICE_HOST, KUBERNETES_SERVICE_PORT }: ExecutorConfig) =>
  ALLOY_KUBECONFIG === 'in-cluster' ? { inCluster: { host: KUBERNETES_SERVICE_HOST!, port: KUBERNETES_SERVICE_PORT } } : { kubeconfig: ALLOY_KUBECONFIG };

const openLedger = (config: ExecutorConfig, masterKey: Buffer) => (connection: NatsConnection, logger: Logger, checks: HealthChecks): Ledger => {
  const ledger = createLedger({
    databaseUrl: config.DATABASE_URL.reveal(), name: 'alloy-executor', cluster: config.ALLOY_CLUSTER, poolSize: POOL_SIZE,
    masterKey, keystoreDir: config.ALLOY_KEYSTORE,
    poke: () => poke(connection), onPoolError: (err) => logger.warn({ err }, 'a database connection broke'),
  });
  checks.add('db', () => ledger.store.now());
  checks.add('nats', () => connection.rtt());
  return ledger;
};

type Reporting = Required<Pick<ConstructorParameters<typeof Executor>[0], 'onWrite' | 'onOutcome' | 'onError'>>;

/** What is told to logs and metrics: names, never content. */
function reporting(logger: Logger, registry: Registry): Reporting {
  const metrics = new ExecutorMetrics(registry);
  return {
    onWrite: (release, write, outcome) => {
      metrics.wrote(write.verb, outcome);
      logger.debug({ release, outcome }, describeWrite(write));
    },
    onOutcome: (release, type) => {
      metrics.told(type);
      logger.info({ release, type }, 'told');
    },
    onError: (err, release) => {
      metrics.failed();
      logger.warn({ err, release }, 'release could not be worked on; trying again');
    },
  };
}

const makeExecutor = (config: ExecutorConfig) => (ledger: Ledger, cluster: Cluster, watches: PodWatches, report: Reporting): Executor =>
  new Executor({ log: ledger.log, artifacts: ledger.artifacts, cluster, watches, installation: config.ALLOY_INSTALLATION, now: () => performance.now(), ...report });

const makeSweeper = (config: ExecutorConfig) => (executor: Executor, logger: Logger): Sweeper =>
  new Sweeper(() => executor.sweep(), { name: 'executor', seconds: config.SWEEP_SECONDS, logger });

const makeLife = (ledger: Ledger, connection: NatsConnection, cluster: Cluster, executor: Executor, watches: PodWatches, sweeper: Sweeper): ExecutorLife =>
  new ExecutorLife({ ledger, connection, cluster, executor, watches, sweeper });
