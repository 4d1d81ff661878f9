import { randomUUID } from 'node:crypto';
import { clusterSourceOf, connectCluster, LivenessProbe, SharedInformers, TrafficInformers, type Cluster } from '@alloy/cluster';
import { databaseDependency, type Relay } from '@alloy/event-store';
import { createLedger, createRelay, Replicas, type Ledger, type ReleaseKey } from '@alloy/ledger';
import type { Drift } from '@alloy/release';
import {
  continueTrace, detachContext, forgedLog, HealthChecks, LOGGER, managedProvider, rarely, ResyncLoop, traceHeaders, triggerMetrics, within,
  type Dependency,
} from '@alloy/service';
import {
  connectNats, consumerLag, JetStreamPublisher, JetStreamStrategy, natsAccessOf, natsDependency, notifyCommit, onCommit, triggersController,
  type NatsConnection,
} from '@alloy/transport';
import { Module, type DynamicModule, type INestApplicationContext, type Provider } from '@nestjs/common';
import type { Logger } from 'pino';
import { Registry } from 'prom-client';
import type { WatcherConfig } from './config';
import { informedClusterReader } from './informed-cluster-reader';
import { readWithSets } from './drift/between/stable-reader';
import { StableWatch } from './drift/between/stable-watch';
import { UnreadTraffic } from './drift/unread-traffic';
import { Observation } from './observation';
import { Observers } from './observers';
import { PlannerWatch } from './planner-watch';
import { WatchedAttempts } from './watched-attempts';
import { Watcher } from './watcher';
import { WatcherMetrics } from './watcher-metrics';

const NATS = Symbol('nats');
const LEDGER = Symbol('ledger');
const CLUSTER = Symbol('cluster');
const RELAY = Symbol('relay');
const PLANNER_WATCH = Symbol('planner-watch');
const STABLE_LOOP = Symbol('stable-loop');

/** The watcher's composition root. */
@Module({})
export class WatcherModule {
  static with(config: WatcherConfig): DynamicModule {
    return {
      module: WatcherModule,
      // A decision may start or end an observation.
      controllers: [triggersController(['decision'], Watcher)],
      providers: [...connections(config), ...workers(config)],
    };
  }
}

const connections = (config: WatcherConfig): Provider[] => [
  managedProvider({
    provide: NATS,
    make: () => connectNats({ ...natsAccessOf(config), name: 'alloy-watcher' }),
    ready: ['nats', (nats) => nats.rtt()],
    close: (nats) => nats.drain(),
  }),
  managedProvider({
    provide: LEDGER,
    inject: [NATS, LOGGER],
    make: openLedger(config),
    ready: ['db', ({ store }) => store.now()],
    close: (ledger) => ledger.close(),
  }),
  managedProvider({
    provide: CLUSTER,
    make: () => connectCluster(clusterSourceOf(config), { headers: traceHeaders }),
    close: (cluster) => cluster.close(),
  }),
  managedProvider({ provide: SharedInformers, inject: [CLUSTER], make: makeInformers, close: (informers) => informers.stop() }),
];

const workers = (config: WatcherConfig): Provider[] => [
  managedProvider({
    provide: Watcher,
    inject: [LEDGER, CLUSTER, SharedInformers, LOGGER, Registry],
    make: makeWatcher(config),
    close: (watcher) => watcher.stop(),
  }),
  managedProvider({
    provide: RELAY,
    inject: [LEDGER, NATS, LOGGER],
    make: makeStandbyRelay,
    start: (relay) => relay.start(),
    close: (relay) => relay.stop(),
  }),
  managedProvider({
    provide: PLANNER_WATCH,
    inject: [LEDGER, RELAY, LOGGER],
    make: makePlannerWatch(config),
    start: (loop) => loop.start(),
    quiesce: (loop) => loop.stop(),
  }),
  managedProvider({
    provide: STABLE_LOOP,
    inject: [Watcher, LOGGER],
    make: makeStableLoop,
    start: (loop) => loop.start(),
    quiesce: (loop) => loop.stop(),
  }),
  managedProvider({
    provide: ResyncLoop,
    inject: [Watcher, LOGGER],
    make: makeTicker,
    start: (ticker) => ticker.start(),
    quiesce: (ticker) => ticker.stop(),
  }),
];

/** Servers that the watcher needs to start. */
export const watcherDependencies = (config: WatcherConfig): readonly Dependency[] =>
  [databaseDependency(config.DATABASE_URL.reveal()), natsDependency({ ...natsAccessOf(config), name: 'alloy-watcher' })];

export const watcherStrategy = (app: INestApplicationContext): JetStreamStrategy => {
  const connection = app.get<NatsConnection>(NATS);
  return new JetStreamStrategy({
    connection, durable: 'watcher', early: true,
    canWork: () => app.get(HealthChecks).works(),
    onForged: forgedLog(app.get<Logger>(LOGGER)),
    onSettled: triggerMetrics(app.get(Registry), () => consumerLag(connection, 'watcher')),
  });
};

const makeInformers = (cluster: Cluster): SharedInformers =>
  new SharedInformers({ watch: (...args) => detachContext(() => cluster.watch(...args)) });

const openLedger = (config: WatcherConfig) => (connection: NatsConnection, logger: Logger): Ledger =>
  createLedger({
    databaseUrl: config.DATABASE_URL.reveal(), name: 'alloy-watcher',
    notifyCommit: (events) => notifyCommit(connection, events), traceparent: continueTrace,
    onPoolError: (err) => logger.warn({ err }, 'a database connection broke'),
  });

/** With more releases that wait for a verdict, the watcher reads the counters of their pods less often. */
const MANY_JUDGED = 50;
const SLOW_MS = 5_000;
/**
 * Interval at which a release is observed even without a change. A random part of up to a fifth spreads the releases
 * over time.
 */
const RESYNC_MS = 10 * 60_000;

type MakeWatcher = (ledger: Ledger, cluster: Cluster, informers: SharedInformers, logger: Logger, registry: Registry) => Watcher;

const makeWatcher = (config: WatcherConfig): MakeWatcher => (ledger, cluster, informers, logger, registry) => {
  const judgeEveryMs = (judged: number): number =>
    judged > MANY_JUDGED ? Math.max(SLOW_MS, config.LOOK_EVERY_MS) : config.LOOK_EVERY_MS;
  const metrics = new WatcherMetrics(registry, () => observers.judged, judgeEveryMs);
  const now = () => performance.now();
  const { log, leases, measurements, observedPods, heartbeats } = ledger;
  const attempts = new WatchedAttempts(now);
  const replicas = new Replicas({ leases, group: 'watcher', holder: `watcher/${randomUUID()}`, now });
  const isMine = (releaseId: string) => replicas.owns(releaseId);
  const unread = new UnreadTraffic((fields, text) => logger.warn(fields, text));
  const onUnread = (namespace: string | undefined, error: unknown) => unread.report(namespace, error);
  const routers = new TrafficInformers({
    cluster: { watch: (...args) => detachContext(() => cluster.watch(...args)) },
    onChange: (namespace) => observers.trafficChanged(namespace),
    onFailure: onUnread,
  });
  const deps = {
    log, measurements, observedPods, isMine,
    reader: informedClusterReader(cluster, informers, routers, onUnread),
    onDrift: (drift: Drift) => metrics.drifted(drift),
    onWatched: (releaseId: string, decision: number, ms: number) => attempts.watched(releaseId, decision, ms), monotonic: now,
  };
  const observers: Observers = new Observers({
    isMine, judgeEveryMs,
    resyncMs: () => RESYNC_MS * (1 + Math.random() / 5),
    observe: (key) => new Observation(key, deps),
    onError: ({ releaseId }: ReleaseKey, err) =>
      logger.warn({ err, release: releaseId }, 'the observation of the release failed; retrying'),
  });
  informers.onChange((change) => observers.changed(change));
  const probe = new LivenessProbe({ cluster, informers, isAnswer: (refusal) => refusal === 'forbidden', within, now });
  const stableWatch = new StableWatch({
    stable: ledger.stable, log, informers, isMine, now,
    read: (namespace, workload) => readWithSets(cluster, namespace, workload),
    onError: ({ project, environment }, err) =>
      logger.warn({ err, project, environment }, 'could not compare what runs with the stable version; retrying'),
  });
  return new Watcher({ log, observers, replicas, probe, attempts, heartbeats, observedPods, stableWatch, routers });
};

const TICK_SECONDS = 1;

/**
 * While no planner works, orders the events and publishes their triggers, so that the notifier reads the absence of the
 * planner.
 */
const makeStandbyRelay = (ledger: Ledger, connection: NatsConnection, logger: Logger): Relay => {
  const onError = rarely((err, times) => logger.error({ err, times }, 'the standby relay failed; retrying'));
  const relay = createRelay(ledger, { service: 'watcher', standby: true, publisher: new JetStreamPublisher(connection), onError });
  onCommit(connection, () => relay.trigger());
  return relay;
};

const makePlannerWatch = (config: WatcherConfig) => ({ log }: Ledger, relay: Relay, logger: Logger): ResyncLoop => {
  const onDetected = ({ releaseId }: ReleaseKey): void => logger.warn({ release: releaseId }, 'recorded the absence of the planner');
  const watch = new PlannerWatch({ log, isAway: () => relay.leading !== undefined, onDetected });
  return new ResyncLoop(() => watch.check(), { name: 'planner-watch', seconds: config.SWEEP_SECONDS, logger });
};

const makeTicker = (watcher: Watcher, logger: Logger): ResyncLoop =>
  new ResyncLoop(() => watcher.tick(), { name: 'watcher', seconds: TICK_SECONDS, logger });

const makeStableLoop = (watcher: Watcher, logger: Logger): ResyncLoop =>
  new ResyncLoop(() => watcher.compareStable(), { name: 'stable-watch', seconds: TICK_SECONDS, logger });
