import { randomUUID } from 'node:crypto';
import { clusterSourceOf, connectCluster, type Cluster } from '@alloy/cluster';
import { databaseDependency, type Relay } from '@alloy/event-store';
import { createLedger, createRelay, type Ledger, type ReleaseKey } from '@alloy/ledger';
import type { Drift } from '@alloy/release';
import { continueTrace, forgedLog, HealthChecks, LOGGER, part, rarely, Sweeper, traceHeaders, wakeMetrics, type Dependency } from '@alloy/service';
import { connectNats, consumerLag, JetStreamPublisher, JetStreamStrategy, natsAccessOf, natsDependency, onPoke, poke, wakesController, type NatsConnection } from '@alloy/transport';
import { Module, type DynamicModule, type INestApplicationContext } from '@nestjs/common';
import type { Logger } from 'pino';
import { Registry } from 'prom-client';
import type { WatcherConfig } from './config';
import { liveClusterReader } from './live-cluster-reader';
import { NamespaceWatches } from './namespace-watches';
import { Observation } from './observation';
import { Observers } from './observers';
import { PlannerWatch } from './planner-watch';
import { WatchedAttempts } from './watched-attempts';
import { Watcher } from './watcher';
import { WatcherMetrics } from './watcher-metrics';

const NATS = Symbol('nats');
const LEDGER = Symbol('ledger');
const CLUSTER = Symbol('cluster');
const HEARTBEAT = Symbol('heartbeat');
const RELAY = Symbol('relay');
const PLANNER_WATCH = Symbol('planner-watch');

/** The watcher's composition root. */
@Module({})
export class WatcherModule {
  static with(config: WatcherConfig): DynamicModule {
    return {
      module: WatcherModule,
      // A decision may begin or end what is to be observed.
      controllers: [wakesController('alloy.event.decision.>', Watcher)],
      providers: [
        part({ provide: NATS, make: () => connectNats({ ...natsAccessOf(config), name: 'alloy-watcher' }), ready: ['nats', (nats) => nats.rtt()], close: (nats) => nats.drain() }),
        part({ provide: LEDGER, inject: [NATS, LOGGER], make: openLedger(config), ready: ['db', ({ store }) => store.now()], close: (ledger) => ledger.close() }),
        part({ provide: CLUSTER, make: () => connectCluster(clusterSourceOf(config), { headers: traceHeaders }), close: (cluster) => cluster.close() }),
        { provide: WatchedAttempts, useFactory: () => new WatchedAttempts(() => performance.now()) },
        part({ provide: HEARTBEAT, inject: [LEDGER, WatchedAttempts, LOGGER], make: makeHeartbeat, start: (sweeper) => sweeper.start(), quiesce: (sweeper) => sweeper.stop() }),
        part({ provide: Watcher, inject: [LEDGER, CLUSTER, LOGGER, Registry, WatchedAttempts], make: makeWatcher(config), close: (watcher) => watcher.stop() }),
        part({ provide: RELAY, inject: [LEDGER, NATS, LOGGER], make: makeStandbyRelay, start: (relay) => relay.start(), close: (relay) => relay.stop() }),
        part({ provide: PLANNER_WATCH, inject: [LEDGER, RELAY, LOGGER], make: makePlannerWatch(config), start: (sweeper) => sweeper.start(), quiesce: (sweeper) => sweeper.stop() }),
        part({ provide: Sweeper, inject: [Watcher, LOGGER], make: makeSweeper(config), start: (sweeper) => sweeper.start(), quiesce: (sweeper) => sweeper.stop() }),
      ],
    };
  }
}

/** What the watcher waits for at its start. */
export const watcherDependencies = (config: WatcherConfig): readonly Dependency[] =>
  [databaseDependency(config.DATABASE_URL.reveal()), natsDependency({ ...natsAccessOf(config), name: 'alloy-watcher' })];

export const watcherStrategy = (app: INestApplicationContext): JetStreamStrategy => {
  const connection = app.get<NatsConnection>(NATS);
  return new JetStreamStrategy({ connection, durable: 'watcher', early: true, canWork: () => app.get(HealthChecks).works(), onForged: forgedLog(app.get<Logger>(LOGGER)), onSettled: wakeMetrics(app.get(Registry), () => consumerLag(connection, 'watcher')) });
};

const openLedger = (config: WatcherConfig) => (connection: NatsConnection, logger: Logger): Ledger =>
  createLedger({
    databaseUrl: config.DATABASE_URL.reveal(), name: 'alloy-watcher',
    poke: (events) => poke(connection, events), traceparent: continueTrace, onPoolError: (err) => logger.warn({ err }, 'a database connection broke'),
  });

const makeWatcher = (config: WatcherConfig) => (ledger: Ledger, cluster: Cluster, logger: Logger, registry: Registry, attempts: WatchedAttempts): Watcher => {
  const watches: NamespaceWatches = new NamespaceWatches(cluster, (namespace) => observers.wakeIn(namespace));
  const metrics = new WatcherMetrics(registry);
  const { log, leases, measurements, observedPods } = ledger;
  const deps = {
    log, leases, measurements, observedPods, reader: liveClusterReader(cluster), holder: `watcher/${randomUUID()}`,
    follow: (namespace: string) => watches.follow(namespace), onDrift: (drift: Drift) => metrics.drifted(drift),
    onWatched: (releaseId: string, decision: number, ms: number) => attempts.watched(releaseId, decision, ms), monotonic: () => performance.now(),
  };
  const observers = new Observers({
    everyMs: config.LOOK_EVERY_MS,
    observe: (key) => new Observation(key, deps),
    onError: ({ releaseId }: ReleaseKey, err) => logger.warn({ err, release: releaseId }, 'look failed; the next one comes by itself'),
  });
  return new Watcher(log, observers, watches);
};

/** How often the watcher proves that it is at work, s. */
const BEAT_SECONDS = 1;

const makeHeartbeat = ({ heartbeats }: Ledger, attempts: WatchedAttempts, logger: Logger): Sweeper =>
  new Sweeper(() => heartbeats.record('watcher', attempts.take()), { name: 'heartbeat', seconds: BEAT_SECONDS, logger });

/** Gives events their order and publishes their triggers while no planner does, so that the notifier reads that the planner is absent. */
const makeStandbyRelay = (ledger: Ledger, connection: NatsConnection, logger: Logger): Relay => {
  const relay = createRelay(ledger, { service: 'watcher', standby: true, publisher: new JetStreamPublisher(connection), onError: rarely((err, times) => logger.error({ err, times }, 'standby relay failed; trying again')) });
  onPoke(connection, () => relay.poke());
  return relay;
};

const makePlannerWatch = (config: WatcherConfig) => ({ log }: Ledger, relay: Relay, logger: Logger): Sweeper => {
  const watch = new PlannerWatch({ log, isAway: () => relay.leading !== undefined, onDetected: ({ releaseId }) => logger.warn({ release: releaseId }, 'no planner is at work; recorded') });
  return new Sweeper(() => watch.check(), { name: 'planner-watch', seconds: config.SWEEP_SECONDS, logger });
};

const makeSweeper = (config: WatcherConfig) => (watcher: Watcher, logger: Logger): Sweeper =>
  new Sweeper(() => watcher.sweep(), { name: 'watcher', seconds: config.SWEEP_SECONDS, logger });
