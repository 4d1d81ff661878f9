import { randomUUID } from 'node:crypto';
import { clusterSourceOf, connectCluster, LivenessProbe, SharedInformers, type Cluster } from '@alloy/cluster';
import { databaseDependency, type Relay } from '@alloy/event-store';
import { createLedger, createRelay, Replicas, type Ledger, type ReleaseKey } from '@alloy/ledger';
import type { Drift } from '@alloy/release';
import { continueTrace, forgedLog, HealthChecks, LOGGER, detachContext as outside, managedProvider as part, rarely, ResyncLoop as Sweeper, traceHeaders, triggerMetrics as wakeMetrics, within, type Dependency } from '@alloy/service';
import { connectNats, consumerLag, JetStreamPublisher, JetStreamStrategy, natsAccessOf, natsDependency, onCommit as onPoke, notifyCommit as poke, triggersController as wakesController, type NatsConnection } from '@alloy/transport';
import { Module, type DynamicModule, type INestApplicationContext } from '@nestjs/common';
import type { Logger } from 'pino';
import { Registry } from 'prom-client';
import type { WatcherConfig } from './config';
import { informedClusterReader } from './informed-cluster-reader';
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
        part({ provide: SharedInformers, inject: [CLUSTER], make: (cluster: Cluster) => new SharedInformers({ watch: (...args) => outside(() => cluster.watch(...args)) }), close: (informers) => informers.stop() }),
        part({ provide: Watcher, inject: [LEDGER, CLUSTER, SharedInformers, LOGGER, Registry], make: makeWatcher(config), close: (watcher) => watcher.stop() }),
        part({ provide: RELAY, inject: [LEDGER, NATS, LOGGER], make: makeStandbyRelay, start: (relay) => relay.start(), close: (relay) => relay.stop() }),
        part({ provide: PLANNER_WATCH, inject: [LEDGER, RELAY, LOGGER], make: makePlannerWatch(config), start: (sweeper) => sweeper.start(), quiesce: (sweeper) => sweeper.stop() }),
        part({ provide: Sweeper, inject: [Watcher, LOGGER], make: makeTicker, start: (sweeper) => sweeper.start(), quiesce: (sweeper) => sweeper.stop() }),
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
    notifyCommit: (events) => poke(connection, events), traceparent: continueTrace, onPoolError: (err) => logger.warn({ err }, 'a database connection broke'),
  });

/** Above so many releases that wait for a verdict, their pods' counters are read less often. */
const MANY_JUDGED = 50;
const SLOW_MS = 5_000;
/** A release is looked at after so long though nothing has changed; lengthened by up to a fifth by chance, so that not all are looked at together. */
const RESYNC_MS = 10 * 60_000;

const makeWatcher = (config: WatcherConfig) => (ledger: Ledger, cluster: Cluster, informers: SharedInformers, logger: Logger, registry: Registry): Watcher => {
  const judgeEveryMs = (judged: number): number => (judged > MANY_JUDGED ? Math.max(SLOW_MS, config.LOOK_EVERY_MS) : config.LOOK_EVERY_MS);
  const metrics = new WatcherMetrics(registry, () => observers.judged, judgeEveryMs);
  const now = () => performance.now();
  const { log, leases, measurements, observedPods, heartbeats } = ledger;
  const attempts = new WatchedAttempts(now);
  const replicas = new Replicas({ leases, group: 'watcher', holder: `watcher/${randomUUID()}`, now });
  const isMine = (releaseId: string) => replicas.owns(releaseId);
  const deps = {
    log, measurements, observedPods, reader: informedClusterReader(cluster, informers), isMine, onDrift: (drift: Drift) => metrics.drifted(drift),
    onWatched: (releaseId: string, decision: number, ms: number) => attempts.watched(releaseId, decision, ms), monotonic: now,
  };
  const observers: Observers = new Observers({
    isMine, judgeEveryMs,
    resyncMs: () => RESYNC_MS * (1 + Math.random() / 5),
    observe: (key) => new Observation(key, deps),
    onError: ({ releaseId }: ReleaseKey, err) => logger.warn({ err, release: releaseId }, 'release could not be observed; trying again'),
  });
  informers.onChange((change) => observers.changed(change));
  return new Watcher({ log, observers, replicas, probe: new LivenessProbe({ cluster, informers, isAnswer: (refusal) => refusal === 'forbidden', within, now }), attempts, heartbeats, observedPods });
};

const TICK_SECONDS = 1;

/** Gives events their order and publishes their triggers while no planner does, so that the notifier reads that the planner is absent. */
const makeStandbyRelay = (ledger: Ledger, connection: NatsConnection, logger: Logger): Relay => {
  const relay = createRelay(ledger, { service: 'watcher', standby: true, publisher: new JetStreamPublisher(connection), onError: rarely((err, times) => logger.error({ err, times }, 'standby relay failed; trying again')) });
  onPoke(connection, () => relay.trigger());
  return relay;
};

const makePlannerWatch = (config: WatcherConfig) => ({ log }: Ledger, relay: Relay, logger: Logger): Sweeper => {
  const watch = new PlannerWatch({ log, isAway: () => relay.leading !== undefined, onDetected: ({ releaseId }) => logger.warn({ release: releaseId }, 'no planner is at work; recorded') });
  return new Sweeper(() => watch.check(), { name: 'planner-watch', seconds: config.SWEEP_SECONDS, logger });
};

const makeTicker = (watcher: Watcher, logger: Logger): Sweeper => new Sweeper(() => watcher.tick(), { name: 'watcher', seconds: TICK_SECONDS, logger });
