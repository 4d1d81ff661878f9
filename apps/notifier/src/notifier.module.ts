import { createLedger, type Ledger } from '@alloy/ledger';
import { countSettlements, HealthChecks, LOGGER, Sweeper } from '@alloy/service';
import { connectNats, JetStreamStrategy, type NatsConnection } from '@alloy/transport';
import { Module, type DynamicModule, type INestApplicationContext } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { Counter, Registry } from 'prom-client';
import { channels } from './channels/registry';
import type { NotifierConfig } from './config';
import { postgresCursor } from './cursor';
import { NotifierLife } from './notifier-life';
import { Route } from './route';
import { runRoutes } from './run-routes';
import { WakesController } from './wakes.controller';

const NATS = Symbol('nats');
const LEDGER = Symbol('ledger');
const ROUTES = Symbol('routes');

/** The notifier's composition root. */
@Module({})
export class NotifierModule {
  static with(config: NotifierConfig): DynamicModule {
    return {
      module: NotifierModule,
      controllers: [WakesController],
      providers: [
        { provide: NATS, useFactory: () => connectNats({ url: config.NATS_URL.reveal(), name: 'alloy-notifier' }) },
        { provide: LEDGER, inject: [NATS, LOGGER, HealthChecks], useFactory: openLedger(config) },
        { provide: ROUTES, inject: [LEDGER, LOGGER, Registry], useFactory: makeRoutes(config) },
        { provide: Sweeper, inject: [ROUTES, LOGGER], useFactory: makeSweeper(config) },
        { provide: NotifierLife, inject: [Sweeper, NATS, LEDGER], useFactory: makeLife },
      ],
    };
  }
}

export const notifierStrategy = (app: INestApplicationContext): JetStreamStrategy =>
  new JetStreamStrategy({ connection: app.get<NatsConnection>(NATS), durable: 'notifier', onSettled: countSettlements(app.get(Registry)) });

const openLedger = (config: NotifierConfig) => (connection: NatsConnection, logger: Logger, checks: HealthChecks): Ledger => {
  const ledger = createLedger({ databaseUrl: config.DATABASE_URL.reveal(), name: 'alloy-notifier', onPoolError: (err) => logger.warn({ err }, 'a database connection broke') });
  checks.add('db', () => ledger.store.now());
  checks.add('nats', () => connection.rtt());
  return ledger;
};

const makeRoutes = (config: NotifierConfig) => (ledger: Ledger, logger: Logger, registry: Registry): readonly Route[] => {
  const told = new Counter({ name: 'alloy_notifications_total', help: 'Notifications told, by route and what they say', labelNames: ['route', 'what'], registers: [registry] });
  const holder = `notifier-${randomUUID()}`;
  const { pool, store, log, notifications, leases } = ledger;
  return config.NOTIFY_CHANNELS.map((name) => new Route({
    name, channel: channels[name]({ logger }), cursor: postgresCursor(pool, name), store, log, notifications, leases, holder, onTold: (what) => told.inc({ route: name, what }),
  }));
};

const makeSweeper = (config: NotifierConfig) => (routes: readonly Route[], logger: Logger): Sweeper =>
  new Sweeper(() => runRoutes(routes), { name: 'notifier', seconds: config.SWEEP_SECONDS, logger });

const makeLife = (sweeper: Sweeper, connection: NatsConnection, ledger: Ledger): NotifierLife => new NotifierLife(sweeper, connection, ledger);
