import { randomUUID } from 'node:crypto';
import { clusterSourceOf, connectCluster, describeWrite, LivenessProbe, SharedInformers, type Cluster } from '@alloy/cluster';
import { databaseDependency } from '@alloy/event-store';
import { createLedger, type Ledger } from '@alloy/ledger';
import { continueTrace, forgedLog, HealthChecks, LOGGER, masterKeyOf, detachContext as outside, managedProvider as part, ResyncLoop as Sweeper, traceHeaders, triggerMetrics as wakeMetrics, within, type Dependency } from '@alloy/service';
import { connectNats, consumerLag, JetStreamStrategy, natsAccessOf, natsDependency, notifyCommit as poke, triggersController as wakesController, type NatsConnection } from '@alloy/transport';
import { Module, type DynamicModule, type INestApplicationContext } from '@nestjs/common';
import type { Logger } from 'pino';
import { Registry } from 'prom-client';
import { Attempts } from './attempts';
import type { ExecutorConfig } from './config';
import { Executor } from './executor';
import { ExecutorMetrics } from './executor-metrics';
import { storyReport } from './story/story-report';
import { KubernetesEventPublisher } from './story/kubernetes-event-publisher';

const NATS = Symbol('nats');
const LEDGER = Symbol('ledger');
const CLUSTER = Symbol('cluster');
const REPORTING = Symbol('reporting');
const STORY = Symbol('story');
const HEARTBEAT = Symbol('heartbeat');
const POOL_SIZE = 8;

/** The executor's composition root. */
@Module({})
export class ExecutorModule {
  static with(config: ExecutorConfig): DynamicModule {
    return {
      module: ExecutorModule,
      // Only a decision gives the executor something to do.
      controllers: [wakesController('alloy.event.decision.>', Executor)],
      providers: [
        part({ provide: CLUSTER, make: () => connectCluster(clusterSourceOf(config), { headers: traceHeaders }), close: (cluster) => cluster.close() }),
        // The cluster first: with a bad kubeconfig nothing is opened that would have to be closed.
        part({ provide: NATS, inject: [CLUSTER], make: () => connectNats({ ...natsAccessOf(config), name: 'alloy-executor' }), ready: ['nats', (nats) => nats.rtt()], close: (nats) => nats.drain() }),
        part({ provide: LEDGER, inject: [NATS, LOGGER], make: openLedger(config, masterKeyOf(config)), ready: ['db', ({ store }) => store.now()], close: (ledger) => ledger.close() }),
        part({ provide: SharedInformers, inject: [CLUSTER], make: (cluster: Cluster) => new SharedInformers({ watch: (...args) => outside(() => cluster.watch(...args)) }, { autoscalers: true }), close: (informers) => informers.stop() }),
        { provide: REPORTING, inject: [LOGGER, Registry], useFactory: reporting },
        part({ provide: Attempts, inject: [LEDGER, CLUSTER, SharedInformers], make: makeAttempts(config) }),
        part({ provide: HEARTBEAT, inject: [Attempts, LOGGER], make: makeHeartbeat, start: (sweeper) => sweeper.start(), quiesce: (sweeper) => sweeper.stop() }),
        part({ provide: Executor, inject: [LEDGER, CLUSTER, SharedInformers, REPORTING, Attempts], make: makeExecutor(config), quiesce: (executor) => executor.stop() }),
        part({ provide: Sweeper, inject: [Executor, LOGGER], make: makeSweeper(config), start: (sweeper) => sweeper.start(), quiesce: (sweeper) => sweeper.stop() }),
        part({ provide: STORY, inject: [LEDGER, CLUSTER, LOGGER, Registry], make: makeStory, start: (sweeper) => sweeper.start(), quiesce: (sweeper) => sweeper.stop() }),
      ],
    };
  }
}

/** What the executor waits for at its start. */
export const executorDependencies = (config: ExecutorConfig): readonly Dependency[] =>
  [databaseDependency(config.DATABASE_URL.reveal()), natsDependency({ ...natsAccessOf(config), name: 'alloy-executor' })];

export const executorStrategy = (app: INestApplicationContext): JetStreamStrategy => {
  const connection = app.get<NatsConnection>(NATS);
  return new JetStreamStrategy({ connection, durable: 'executor', early: true, canWork: async () => app.get(Executor).canReach() && (await app.get(HealthChecks).works()), onForged: forgedLog(app.get<Logger>(LOGGER)), onSettled: wakeMetrics(app.get(Registry), () => consumerLag(connection, 'executor')) });
};

const openLedger = (config: ExecutorConfig, masterKey: Buffer) => (connection: NatsConnection, logger: Logger): Ledger =>
  createLedger({
    databaseUrl: config.DATABASE_URL.reveal(), name: 'alloy-executor', cluster: config.ALLOY_CLUSTER, poolSize: POOL_SIZE,
    masterKey, keystoreDir: config.ALLOY_KEYSTORE,
    notifyCommit: (events) => poke(connection, events), traceparent: continueTrace, onPoolError: (err) => logger.warn({ err }, 'a database connection broke'),
  });

type Reporting = Required<Pick<ConstructorParameters<typeof Executor>[0], 'onWrite' | 'onOutcome' | 'onError'>>;

/** What is told to logs and metrics: names, never content. */
function reporting(logger: Logger, registry: Registry): Reporting {
  const metrics = new ExecutorMetrics(registry);
  return {
    onWrite: (release, write, outcome, seconds) => {
      metrics.wrote(write.verb, outcome, seconds);
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

/** How often the executor proves that it is at work, s. */
const BEAT_SECONDS = 1;
/** Sweeps after which an attempt that none of them took up is another's. */
const SWEEPS = 3;

const makeAttempts = (config: ExecutorConfig) => ({ heartbeats }: Ledger, cluster: Cluster, informers: SharedInformers): Attempts => {
  const now = () => performance.now();
  // What the cluster refuses counts towards the deadline of the release.
  const probe = new LivenessProbe({ cluster, informers, isAnswer: () => true, within, now });
  return new Attempts({
    record: (beats) => heartbeats.record('executor', beats), now, unusedMs: Math.max(15_000, SWEEPS * config.SWEEP_SECONDS * 1_000),
    probe: (object) => probe.check(object),
  });
};

const makeHeartbeat = (attempts: Attempts, logger: Logger): Sweeper => new Sweeper(() => attempts.beat(), { name: 'heartbeat', seconds: BEAT_SECONDS, logger });

const makeExecutor = (config: ExecutorConfig) => (ledger: Ledger, cluster: Cluster, informers: SharedInformers, report: Reporting, attempts: Attempts): Executor =>
  new Executor({ log: ledger.log, attempts, artifacts: ledger.artifacts, cluster, informers, installation: config.ALLOY_INSTALLATION, accessGraceMs: config.ACCESS_GRACE_SECONDS * 1_000, now: () => performance.now(), ...report });

const makeSweeper = (config: ExecutorConfig) => (executor: Executor, logger: Logger): Sweeper =>
  new Sweeper(() => executor.sweep(), { name: 'executor', seconds: config.SWEEP_SECONDS, logger });

/** How soon kubectl shows what has happened, s. */
const TELL_SECONDS = 1;

const makeStory = ({ store, log, leases }: Ledger, cluster: Cluster, logger: Logger, registry: Registry): Sweeper => {
  const reporter = { controller: 'alloy.dev/executor', instance: `executor-${randomUUID()}` };
  const publisher = new KubernetesEventPublisher({ store, log, leases, cluster, reporter, onPublished: storyReport(logger, registry), now: () => performance.now() });
  return new Sweeper(() => publisher.round(), { name: 'kubernetes events', seconds: TELL_SECONDS, logger });
};
