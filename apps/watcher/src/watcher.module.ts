import { randomUUID } from 'node:crypto';
import { connectCluster, type Cluster } from '@alloy/cluster';
import { createLedger, type Ledger, type ReleaseKey } from '@alloy/ledger';
import { countSettlements, HealthChecks, LOGGER, Sweeper } from '@alloy/service';
import { connectNats, JetStreamStrategy, poke, type NatsConnection } from '@alloy/transport';
import { Module, type DynamicModule, type INestApplicationContext } from '@nestjs/common';
import type { Logger } from 'pino';
import { Registry } from 'prom-client';
import type { WatcherConfig } from './config';
import { liveClusterReader } from './live-cluster-reader';
import { NamespaceWatches } from './namespace-watches';
import { Observation } from './observation';
import { Observers } from './observers';
import { Watcher } from './watcher';
import { WatcherLife } from './watcher-life';
import { WakesController } from './wakes.controller';

const NATS = Symbol('nats');
const LEDGER = Symbol('ledger');
const CLUSTER = Symbol('cluster');

/** The watcher's composition root. */
@Module({})
export class WatcherModule {
  static with(config: WatcherConfig): DynamicModule {
    return {
      module: WatcherModule,
      controllers: [WakesController],
      providers: [
        { provide: NATS, useFactory: () => connectNats({ url: config.NATS_URL.reveal(), name: 'alloy-watcher' }) },
        { provide: LEDGER, inject: [NATS, LOGGER, HealthChecks], useFactory: openLedger(config) },
        { provide: CLUSTER, useFactory: () => connectCluster({ kubeconfig: config.ALLOY_KUBECONFIG }) },
        { provide: Watcher, inject: [LEDGER, CLUSTER, LOGGER], useFactory: makeWatcher(config) },
        { provide: Sweeper, inject: [Watcher, LOGGER], useFactory: makeSweeper(config) },
        {
          provide: WatcherLife, inject: [LEDGER, NATS, CLUSTER, Watcher, Sweeper],
          useFactory: (ledger: Ledger, connection: NatsConnection, cluster: Cluster, watcher: Watcher, sweeper: Sweeper) => new WatcherLife({ ledger, connection, cluster, watcher, sweeper }),
        },
      ],
    };
  }
}

export const watcherStrategy = (app: INestApplicationContext): JetStreamStrategy =>
  new JetStreamStrategy({ connection: app.get<NatsConnection>(NATS), durable: 'watcher', onSettled: countSettlements(app.get(Registry)) });

const openLedger = (config: WatcherConfig) => (connection: NatsConnection, logger: Logger, checks: HealthChecks): Ledger => {
  const ledger = createLedger({
    databaseUrl: config.DATABASE_URL.reveal(), name: 'alloy-watcher',
    poke: () => poke(connection), onPoolError: (err) => logger.warn({ err }, 'a database connection broke'),
  });
  checks.add('db', () => ledger.store.now());
  checks.add('nats', () => connection.rtt());
  return ledger;
};

const makeWatcher = (config: WatcherConfig) => (ledger: Ledger, cluster: Cluster, logger: Logger): Watcher => {
  const watches: NamespaceWatches = new NamespaceWatches(cluster, () => observers.wakeAll());
  const { log, leases, measurements } = ledger;
  const deps = {
    log, leases, measurements, reader: liveClusterReader(cluster), holder: `watcher/${randomUUID()}`,
    follow: (namespace: string) => watches.follow(namespace), monotonic: () => performance.now(),
  };
  const observers = new Observers({
    everyMs: config.LOOK_EVERY_MS,
    observe: (key) => new Observation(key, deps),
    onError: ({ releaseId }: ReleaseKey, err) => logger.warn({ err, release: releaseId }, 'look failed; the next one comes by itself'),
  });
  return new Watcher(log, observers, watches);
};

const makeSweeper = (config: WatcherConfig) => (watcher: Watcher, logger: Logger): Sweeper =>
  new Sweeper(() => watcher.sweep(), { name: 'watcher', seconds: config.SWEEP_SECONDS, logger });
