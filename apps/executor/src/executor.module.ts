import { randomUUID } from 'node:crypto';
import { clusterSourceOf, connectCluster, describeWrite, LivenessProbe, SharedInformers, type Cluster } from '@alloy/cluster';
import { databaseDependency } from '@alloy/event-store';
import { createLedger, type Ledger } from '@alloy/ledger';
import {
  continueTrace, detachContext, forgedLog, HealthChecks, LOGGER, managedProvider, masterKeyOf, ResyncLoop,
  traceHeaders, triggerMetrics, within,
  type Dependency,
} from '@alloy/service';
import {
  connectNats, consumerLag, JetStreamStrategy, natsAccessOf, natsDependency, notifyCommit, onPlanRequest, triggersController,
  type NatsConnection,
} from '@alloy/transport';
import { Module, type DynamicModule, type INestApplicationContext, type Provider } from '@nestjs/common';
import type { Logger } from 'pino';
import { Registry } from 'prom-client';
import { Attempts } from './attempts';
import type { ExecutorConfig } from './config';
import { Executor } from './executor';
import { ExecutorMetrics } from './executor-metrics';
import { PlanWorker } from './plan-worker';
import { KubernetesEventPublisher } from './kubernetes-events/kubernetes-event-publisher';
import { publishingReport } from './kubernetes-events/publishing-report';

const NATS = Symbol('nats');
const LEDGER = Symbol('ledger');
const CLUSTER = Symbol('cluster');
const REPORTING = Symbol('reporting');
const KUBERNETES_EVENTS = Symbol('kubernetes-events');
const PLANS = Symbol('plans');
const HEARTBEAT = Symbol('heartbeat');
const POOL_SIZE = 8;

/** The executor's composition root. */
@Module({})
export class ExecutorModule {
  static with(config: ExecutorConfig): DynamicModule {
    return {
      module: ExecutorModule,
      // Only a decision gives the executor something to do.
      controllers: [triggersController(['decision'], Executor)],
      providers: [...connections(config), ...workers(config)],
    };
  }
}

/** The cluster comes first: if the kubeconfig is invalid, there are no open connections to close. */
const connections = (config: ExecutorConfig): Provider[] => [
  managedProvider({
    provide: CLUSTER,
    make: () => connectCluster(clusterSourceOf(config), { headers: traceHeaders }),
    close: (cluster) => cluster.close(),
  }),
  managedProvider({
    provide: NATS,
    inject: [CLUSTER],
    make: () => connectNats({ ...natsAccessOf(config), name: 'alloy-executor' }),
    ready: ['nats', (nats) => nats.rtt()],
    close: (nats) => nats.drain(),
  }),
  managedProvider({
    provide: LEDGER,
    inject: [NATS, LOGGER],
    make: openLedger(config, masterKeyOf(config)),
    ready: ['db', ({ store }) => store.now()],
    close: (ledger) => ledger.close(),
  }),
  managedProvider({ provide: SharedInformers, inject: [CLUSTER], make: makeInformers, close: (informers) => informers.stop() }),
];

const workers = (config: ExecutorConfig): Provider[] => [
  { provide: REPORTING, inject: [LOGGER, Registry], useFactory: reporting },
  managedProvider({ provide: Attempts, inject: [LEDGER, CLUSTER, SharedInformers], make: makeAttempts(config) }),
  managedProvider({
    provide: HEARTBEAT,
    inject: [Attempts, LOGGER],
    make: makeHeartbeat,
    start: (heartbeat) => heartbeat.start(),
    quiesce: (heartbeat) => heartbeat.stop(),
  }),
  managedProvider({
    provide: Executor,
    inject: [LEDGER, CLUSTER, SharedInformers, REPORTING, Attempts],
    make: makeExecutor(config),
    quiesce: (executor) => executor.stop(),
  }),
  managedProvider({
    provide: ResyncLoop,
    inject: [Executor, LOGGER],
    make: makeResync(config),
    start: (resync) => resync.start(),
    quiesce: (resync) => resync.stop(),
  }),
  managedProvider({
    provide: KUBERNETES_EVENTS,
    inject: [LEDGER, CLUSTER, LOGGER, Registry],
    make: makeEventLoop,
    start: (loop) => loop.start(),
    quiesce: (loop) => loop.stop(),
  }),
  managedProvider({
    provide: PLANS,
    inject: [LEDGER, CLUSTER, SharedInformers, LOGGER, NATS],
    make: makePlanLoop(config),
    start: (loop) => loop.start(),
    quiesce: (loop) => loop.stop(),
  }),
];

/** Servers that the executor needs to start. */
export const executorDependencies = (config: ExecutorConfig): readonly Dependency[] =>
  [databaseDependency(config.DATABASE_URL.reveal()), natsDependency({ ...natsAccessOf(config), name: 'alloy-executor' })];

export const executorStrategy = (app: INestApplicationContext): JetStreamStrategy => {
  const connection = app.get<NatsConnection>(NATS);
  return new JetStreamStrategy({
    connection, durable: 'executor', early: true,
    canWork: async () => app.get(Executor).canReach() && (await app.get(HealthChecks).works()),
    onForged: forgedLog(app.get<Logger>(LOGGER)),
    onSettled: triggerMetrics(app.get(Registry), () => consumerLag(connection, 'executor')),
  });
};

function openLedger(config: ExecutorConfig, masterKey: Buffer) {
  return (connection: NatsConnection, logger: Logger): Ledger =>
    createLedger({
      databaseUrl: config.DATABASE_URL.reveal(), name: 'alloy-executor', cluster: config.ALLOY_CLUSTER, poolSize: POOL_SIZE,
      masterKey, keystoreDir: config.ALLOY_KEYSTORE,
      notifyCommit: (events) => notifyCommit(connection, events), traceparent: continueTrace,
      onPoolError: (err) => logger.warn({ err }, 'a database connection broke'),
    });
}

function makeInformers(cluster: Cluster): SharedInformers {
  return new SharedInformers({ watch: (...args) => detachContext(() => cluster.watch(...args)) }, { autoscalers: true });
}

type Reporting = Required<Pick<ConstructorParameters<typeof Executor>[0], 'onWrite' | 'onOutcome' | 'onError'>>;

/** Reports to logs and metrics: the names of objects, never their content. */
function reporting(logger: Logger, registry: Registry): Reporting {
  const metrics = new ExecutorMetrics(registry);
  return {
    onWrite: (release, write, outcome, seconds) => {
      metrics.wrote(write.verb, outcome, seconds);
      logger.debug({ release, outcome }, describeWrite(write));
    },
    onOutcome: (release, type) => {
      metrics.appended(type);
      logger.info({ release, type }, 'appended an outcome');
    },
    onError: (err, release) => {
      metrics.failed();
      logger.warn({ err, release }, 'work on the release failed; retrying');
    },
  };
}

/** Interval of the heartbeats, s. */
const BEAT_SECONDS = 1;
/** Number of resyncs without work on an attempt, after which another replica carries it out. */
const RESYNCS = 3;

function makeAttempts(config: ExecutorConfig) {
  return ({ heartbeats }: Ledger, cluster: Cluster, informers: SharedInformers): Attempts => {
    const now = () => performance.now();
    // An answer that refuses counts as an answer: time in which the cluster refuses a write counts towards the
    // release's deadline.
    const probe = new LivenessProbe({ cluster, informers, isAnswer: () => true, within, now });
    return new Attempts({
      record: (beats) => heartbeats.record('executor', beats), now, unusedMs: Math.max(15_000, RESYNCS * config.SWEEP_SECONDS * 1_000),
      probe: (object) => probe.check(object),
    });
  };
}

function makeHeartbeat(attempts: Attempts, logger: Logger): ResyncLoop {
  return new ResyncLoop(() => attempts.beat(), { name: 'heartbeat', seconds: BEAT_SECONDS, logger });
}

function makeExecutor(config: ExecutorConfig) {
  return ({ log, artifacts }: Ledger, cluster: Cluster, informers: SharedInformers, report: Reporting, attempts: Attempts): Executor =>
    new Executor({
      log, artifacts, attempts, cluster, informers, installation: config.ALLOY_INSTALLATION,
      accessGraceMs: config.ACCESS_GRACE_SECONDS * 1_000, now: () => performance.now(), ...report,
    });
}

function makeResync(config: ExecutorConfig) {
  return (executor: Executor, logger: Logger): ResyncLoop =>
    new ResyncLoop(() => executor.resync(), { name: 'executor', seconds: config.SWEEP_SECONDS, logger });
}

/** Interval at which the executor looks for requested plans of which no notification arrived, s. */
const PLAN_SECONDS = 1;

function makePlanLoop(config: ExecutorConfig) {
  return (
    { store, log, artifacts, planRequests: requests }: Ledger, cluster: Cluster, informers: SharedInformers, logger: Logger,
    nats: NatsConnection,
  ): ResyncLoop => {
    const worker = new PlanWorker({
      log, artifacts, cluster, informers, requests, installation: config.ALLOY_INSTALLATION, now: () => store.now(),
      onError: (err, release) => logger.warn({ err, release }, 'a plan could not be made'),
    });
    const loop = new ResyncLoop(() => worker.round(), { name: 'plans', seconds: PLAN_SECONDS, logger });
    onPlanRequest(nats, () => loop.trigger());
    return loop;
  };
}

/** Interval at which new events are published for kubectl, s. */
const PUBLISH_SECONDS = 1;

function makeEventLoop({ store, log, leases }: Ledger, cluster: Cluster, logger: Logger, registry: Registry): ResyncLoop {
  const reporter = { controller: 'alloy.dev/executor', instance: `executor-${randomUUID()}` };
  const onPublished = publishingReport(logger, registry);
  const publisher = new KubernetesEventPublisher({ store, log, leases, cluster, reporter, onPublished, now: () => performance.now() });
  return new ResyncLoop(() => publisher.round(), { name: 'kubernetes events', seconds: PUBLISH_SECONDS, logger });
}
