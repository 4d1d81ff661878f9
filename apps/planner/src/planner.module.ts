import { databaseDependency, type Checkpointer, type Relay } from '@alloy/event-store';
import { createLedger, createRelay, type Ledger } from '@alloy/ledger';
import {
  continueTrace, forgedLog, HealthChecks, LOGGER, managedProvider, rarely, scrapedGauge, ResyncLoop, triggerMetrics, type Dependency,
} from '@alloy/service';
import {
  connectNats, consumerLag, JetStreamPublisher, JetStreamStrategy, natsAccessOf, natsDependency, onCommit, notifyCommit,
  triggersController, type NatsConnection,
} from '@alloy/transport';
import { Module, type DynamicModule, type INestApplicationContext } from '@nestjs/common';
import type { Logger } from 'pino';
import { Registry } from 'prom-client';
import { checkpointAge, createCheckpointer } from './audit-host';
import type { PlannerConfig } from './config';
import { DueTimer } from './due-timer';
import { Planner } from './planner';
import { PlannerMetrics } from './planner-metrics';

const NATS = Symbol('nats');
const LEDGER = Symbol('ledger');
const RELAY = Symbol('relay');
const CHECKPOINTER = Symbol('checkpointer');
const POOL_SIZE = 10;
/** Interval of the error log: a log that was tampered with keeps failing. */
const CHECKPOINT_ERROR_MS = 60_000;

/** The planner's composition root. */
@Module({})
export class PlannerModule {
  static with(config: PlannerConfig): DynamicModule {
    return {
      module: PlannerModule,
      // Any event of another service can make a decision due. A decision that makes another one due, such as the end of
      // a release for those queued behind it, is followed by that one in the same run.
      controllers: [triggersController(['intent', 'outcome', 'finding'], Planner)],
      providers: [
        managedProvider({
          provide: NATS,
          make: () => connectNats({ ...natsAccessOf(config), name: 'alloy-planner' }),
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
          provide: RELAY,
          inject: [LEDGER, NATS, LOGGER],
          make: makeRelay,
          start: (relay) => relay.start(),
          close: (relay) => relay.stop(),
        }),
        managedProvider({
          provide: CHECKPOINTER,
          inject: [LEDGER, RELAY, LOGGER, Registry],
          make: makeCheckpointer(config),
          start: (checkpointer) => checkpointer?.start(),
          close: (checkpointer) => checkpointer?.stop(),
        }),
        managedProvider({
          provide: DueTimer,
          inject: [LEDGER],
          make: ({ log }: Ledger) => new DueTimer(log),
        }),
        managedProvider({
          provide: Planner,
          inject: [LEDGER, LOGGER, Registry, DueTimer],
          make: makePlanner,
          quiesce: (planner) => planner.stop(),
        }),
        managedProvider({
          provide: ResyncLoop,
          inject: [Planner, DueTimer, LOGGER],
          make: makeResync(config),
          start: (resync) => resync.start(),
          quiesce: (resync) => resync.stop(),
        }),
      ],
    };
  }
}

/** Servers that the planner needs to start. */
export const plannerDependencies = (config: PlannerConfig): readonly Dependency[] =>
  [databaseDependency(config.DATABASE_URL.reveal()), natsDependency({ ...natsAccessOf(config), name: 'alloy-planner' })];

export const plannerStrategy = (app: INestApplicationContext): JetStreamStrategy => {
  const connection = app.get<NatsConnection>(NATS);
  return new JetStreamStrategy({
    connection, durable: 'planner', early: true,
    canWork: () => app.get(HealthChecks).works(),
    onForged: forgedLog(app.get<Logger>(LOGGER)),
    onSettled: triggerMetrics(app.get(Registry), () => consumerLag(connection, 'planner')),
  });
};

const openLedger =
  (config: PlannerConfig) =>
  (connection: NatsConnection, logger: Logger): Ledger =>
    createLedger({
      databaseUrl: config.DATABASE_URL.reveal(),
      name: 'alloy-planner',
      cluster: config.ALLOY_CLUSTER,
      poolSize: POOL_SIZE,
      notifyCommit: (events) => notifyCommit(connection, events),
      traceparent: continueTrace,
      onPoolError: (err) => logger.warn({ err }, 'a database connection broke'),
    });

const makeRelay = (ledger: Ledger, connection: NatsConnection, logger: Logger): Relay => {
  const relay = createRelay(ledger, {
    service: 'planner',
    publisher: new JetStreamPublisher(connection),
    onError: rarely((err, times) => logger.error({ err, times }, 'relay failed; trying again')),
  });
  onCommit(connection, () => relay.trigger());
  return relay;
};

const makeCheckpointer =
  (config: PlannerConfig) =>
  (ledger: Ledger, relay: Relay, logger: Logger, registry: Registry): Promise<Checkpointer | undefined> => {
    scrapedGauge(registry, 'alloy_audit_checkpoint_age_seconds', 'Age of the oldest event that no checkpoint covers', () =>
      checkpointAge(config, ledger),
    );
    return createCheckpointer(
      config, ledger, relay,
      rarely((err, times) => logger.error({ err, times }, 'could not create a checkpoint of the log'), CHECKPOINT_ERROR_MS),
    );
  };

const makePlanner = (ledger: Ledger, logger: Logger, registry: Registry, timer: DueTimer): Planner => {
  const metrics = new PlannerMetrics(registry, ledger.pool);
  const onForged = forgedLog(logger);
  return new Planner({
    log: ledger.log,
    onDecided: (types, seconds) => {
      metrics.decided(types, seconds);
      logger.info({ types }, 'decided');
    },
    onUnknown: (release) => onForged({ reason: 'unknown_release', subject: release }),
    onConflict: () => metrics.conflicted(),
    onError: (err, release) => logger.error({ err, release }, 'could not decide a release'),
    onSettled: () => void timer.arm().catch((err: unknown) => logger.warn({ err }, 'could not set the timer; the resync decides instead')),
  });
};

const makeResync = (config: PlannerConfig) => (planner: Planner, timer: DueTimer, logger: Logger): ResyncLoop => {
  const resync = new ResyncLoop(() => planner.resync().then(() => timer.arm()), {
    name: 'planner', seconds: config.SWEEP_SECONDS, logger,
  });
  timer.triggerIn = (ms) => resync.triggerIn(ms);
  return resync;
};
