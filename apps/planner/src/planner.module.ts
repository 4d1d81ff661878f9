import type { Relay } from '@alloy/event-store';
import { createLedger, type Ledger } from '@alloy/ledger';
import { countSettlements, HealthChecks, LOGGER, rarely, Sweeper } from '@alloy/service';
import { connectNats, JetStreamStrategy, poke, type NatsConnection } from '@alloy/transport';
import { Module, type DynamicModule, type INestApplicationContext } from '@nestjs/common';
import type { Logger } from 'pino';
import { Registry } from 'prom-client';
import type { PlannerConfig } from './config';
import { DueTimer } from './due-timer';
import { Planner } from './planner';
import { PlannerLife } from './planner-life';
import { PlannerMetrics } from './planner-metrics';
import { createRelay } from './relay-host';
import { WakesController } from './wakes.controller';

const NATS = Symbol('nats');
const LEDGER = Symbol('ledger');
const RELAY = Symbol('relay');
const POOL_SIZE = 10;

/** The planner's composition root. */
@Module({})
export class PlannerModule {
  static with(config: PlannerConfig): DynamicModule {
    return {
      module: PlannerModule,
      controllers: [WakesController],
      providers: [
        { provide: NATS, useFactory: () => connectNats({ url: config.NATS_URL.reveal(), name: 'alloy-planner' }) },
        { provide: LEDGER, inject: [NATS, LOGGER, HealthChecks], useFactory: openLedger(config) },
        { provide: RELAY, inject: [LEDGER, NATS, LOGGER], useFactory: makeRelay },
        { provide: DueTimer, inject: [LEDGER], useFactory: ({ log, store }: Ledger) => new DueTimer({ nextDueAt: () => log.nextDueAt(), now: () => store.now() }) },
        { provide: Planner, inject: [LEDGER, LOGGER, Registry, DueTimer], useFactory: makePlanner },
        { provide: Sweeper, inject: [Planner, DueTimer, LOGGER], useFactory: makeSweeper(config) },
        { provide: PlannerLife, inject: [LEDGER, NATS, Planner, RELAY, Sweeper, DueTimer], useFactory: makeLife },
      ],
    };
  }
}

export const plannerStrategy = (app: INestApplicationContext): JetStreamStrategy =>
  new JetStreamStrategy({ connection: app.get<NatsConnection>(NATS), durable: 'planner', onSettled: countSettlements(app.get(Registry)) });

const openLedger = (config: PlannerConfig) => (connection: NatsConnection, logger: Logger, checks: HealthChecks): Ledger => {
  const ledger = createLedger({
    databaseUrl: config.DATABASE_URL.reveal(), name: 'alloy-planner', cluster: config.ALLOY_CLUSTER, poolSize: POOL_SIZE,
    poke: () => poke(connection), onPoolError: (err) => logger.warn({ err }, 'a database connection broke'),
  });
  checks.add('db', () => ledger.store.now());
  checks.add('nats', () => connection.rtt());
  return ledger;
};

const makeRelay = (ledger: Ledger, connection: NatsConnection, logger: Logger): Relay =>
  createRelay(ledger, connection, rarely((err, times) => logger.error({ err, times }, 'relay failed; trying again')));

const makePlanner = (ledger: Ledger, logger: Logger, registry: Registry, timer: DueTimer): Planner => {
  const metrics = new PlannerMetrics(registry, ledger.pool);
  return new Planner({
    log: ledger.log,
    onDecided: (types, seconds) => metrics.decided(types, seconds),
    onConflict: () => metrics.conflicted(),
    onError: (err, release) => logger.error({ err, release }, 'release could not be decided'),
    onSettled: () => void timer.arm().catch((err: unknown) => logger.warn({ err }, 'timer not set; the sweep looks anyway')),
  });
};

const makeSweeper = (config: PlannerConfig) => (planner: Planner, timer: DueTimer, logger: Logger): Sweeper => {
  const sweeper: Sweeper = new Sweeper(() => planner.sweep().then(() => timer.arm()), { name: 'planner', seconds: config.SWEEP_SECONDS, logger });
  timer.onDue = () => sweeper.kick();
  return sweeper;
};

const makeLife = (ledger: Ledger, connection: NatsConnection, planner: Planner, relay: Relay, sweeper: Sweeper, timer: DueTimer): PlannerLife =>
  new PlannerLife({ ledger, connection, planner, relay, sweeper, timer });
