import { createLedger, type Ledger } from '@alloy/ledger';
import { countSettlements, LOGGER, part, Sweeper } from '@alloy/service';
import { connectNats, JetStreamStrategy, wakesController, type NatsConnection } from '@alloy/transport';
import { Module, type DynamicModule, type INestApplicationContext } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { Counter, Registry } from 'prom-client';
import { channels } from './channels/registry';
import type { NotifierConfig } from './config';
import { postgresCursor } from './cursor';
import { Route } from './route';
import { runRoutes } from './run-routes';

const NATS = Symbol('nats');
const LEDGER = Symbol('ledger');
const ROUTES = Symbol('routes');
const WAKES = Symbol('wakes');

/** The notifier's composition root. */
@Module({})
export class NotifierModule {
  static with(config: NotifierConfig): DynamicModule {
    return {
      module: NotifierModule,
      // Anything decided may be worth telling; what, the log says.
      controllers: [wakesController('alloy.event.decision.>', WAKES)],
      providers: [
        part({ provide: NATS, make: () => connectNats({ url: config.NATS_URL.reveal(), name: 'alloy-notifier' }), ready: ['nats', (nats) => nats.rtt()], close: (nats) => nats.drain() }),
        part({ provide: LEDGER, inject: [LOGGER], make: openLedger(config), ready: ['db', ({ store }) => store.now()], close: (ledger) => ledger.close() }),
        { provide: ROUTES, inject: [LEDGER, LOGGER, Registry], useFactory: makeRoutes(config) },
        part({ provide: Sweeper, inject: [ROUTES, LOGGER], make: makeSweeper(config), start: (sweeper) => sweeper.start(), close: (sweeper) => sweeper.stop() }),
        { provide: WAKES, inject: [Sweeper], useFactory: (sweeper: Sweeper) => ({ wake: () => sweeper.kick() }) },
      ],
    };
  }
}

export const notifierStrategy = (app: INestApplicationContext): JetStreamStrategy =>
  new JetStreamStrategy({ connection: app.get<NatsConnection>(NATS), durable: 'notifier', onSettled: countSettlements(app.get(Registry)) });

const openLedger = (config: NotifierConfig) => (logger: Logger): Ledger =>
  createLedger({ databaseUrl: config.DATABASE_URL.reveal(), name: 'alloy-notifier', onPoolError: (err) => logger.warn({ err }, 'a database connection broke') });

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
