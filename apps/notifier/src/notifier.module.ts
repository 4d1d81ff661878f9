import { databaseDependency } from '@alloy/event-store';
import { createLedger, type Ledger } from '@alloy/ledger';
import {
  addressGuard, forgedLog, HealthChecks, LOGGER, managedProvider, secretsKeyOf, ResyncLoop, triggerMetrics,
  type Dependency,
} from '@alloy/service';
import {
  connectNats, consumerLag, JetStreamStrategy, natsAccessOf, natsDependency, triggersController, type NatsConnection,
} from '@alloy/transport';
import { Module, type DynamicModule, type INestApplicationContext } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { Registry } from 'prom-client';
import { makeChannels } from './channels/registry';
import type { NotifierConfig } from './config';
import { FanOut } from './delivery/fan-out';
import { pruneNotifications } from './delivery/prune-notifications';
import { Notifier } from './delivery/notifier';
import { httpClient } from './http/http-client';
import { DeploymentReport } from './metrics/deployment-report';
import { notifierMetrics } from './notifier-metrics';

const NATS = Symbol('nats');
const LEDGER = Symbol('ledger');
const NOTIFIER = Symbol('notifier');
const TRIGGERS = Symbol('triggers');
const PRUNING = Symbol('pruning');

const HOUR_SECONDS = 3_600;

/** The notifier's composition root. */
@Module({})
export class NotifierModule {
  static with(config: NotifierConfig): DynamicModule {
    return {
      module: NotifierModule,
      // Any decision may cause a notification; the log determines which.
      controllers: [triggersController(['decision'], TRIGGERS)],
      providers: [
        managedProvider({
          provide: NATS,
          make: () => connectNats({ ...natsAccessOf(config), name: 'alloy-notifier' }),
          ready: ['nats', (nats) => nats.rtt()],
          close: (nats) => nats.drain(),
        }),
        managedProvider({
          provide: LEDGER,
          inject: [LOGGER],
          make: openLedger(config),
          ready: ['db', ({ store }) => store.now()],
          close: (ledger) => ledger.close(),
        }),
        managedProvider({
          provide: NOTIFIER,
          inject: [LEDGER, LOGGER, Registry],
          make: makeNotifier(config),
          start: ({ resync }) => resync.start(),
          close: stopNotifier,
        }),
        managedProvider({
          provide: PRUNING,
          inject: [LEDGER, LOGGER],
          make: makePruning(config),
          start: (resync) => resync.start(),
          close: (resync) => resync.stop(),
        }),
        managedProvider({
          provide: DeploymentReport,
          inject: [LEDGER, LOGGER, Registry],
          make: makeReport(config),
          start: (report) => report.start(),
          close: (report) => report.stop(),
        }),
        { provide: TRIGGERS, inject: [NOTIFIER], useFactory: ({ resync }: NotifierWithResync) => ({ trigger: () => resync.trigger() }) },
      ],
    };
  }
}

/** Servers that the notifier needs to start. */
export const notifierDependencies = (config: NotifierConfig): readonly Dependency[] =>
  [databaseDependency(config.DATABASE_URL.reveal()), natsDependency({ ...natsAccessOf(config), name: 'alloy-notifier' })];

export const notifierStrategy = (app: INestApplicationContext): JetStreamStrategy => {
  const connection = app.get<NatsConnection>(NATS);
  return new JetStreamStrategy({
    connection,
    durable: 'notifier',
    canWork: () => app.get(HealthChecks).works(),
    onForged: forgedLog(app.get<Logger>(LOGGER)),
    onSettled: triggerMetrics(app.get(Registry), () => consumerLag(connection, 'notifier')),
  });
};

const openLedger =
  (config: NotifierConfig) =>
  (logger: Logger): Ledger =>
    createLedger({
      databaseUrl: config.DATABASE_URL.reveal(),
      name: 'alloy-notifier',
      secretsKey: secretsKeyOf(config),
      onPoolError: (err) => logger.warn({ err }, 'a database connection broke'),
    });

const makeReport =
  (config: NotifierConfig) =>
  (ledger: Ledger, logger: Logger, registry: Registry): DeploymentReport =>
    new DeploymentReport(ledger, registry, logger, config.SWEEP_SECONDS);

interface NotifierWithResync {
  readonly notifier: Notifier;
  readonly resync: ResyncLoop;
}

const makeNotifier = (config: NotifierConfig) => (ledger: Ledger, logger: Logger, registry: Registry): NotifierWithResync => {
  const guard = addressGuard({ allowLoopback: config.ALLOY_ALLOW_LOOPBACK });
  const channels = makeChannels({
    http: httpClient(guard),
    guard,
    installation: config.ALLOY_INSTALLATION,
    slackApi: config.NOTIFY_SLACK_API,
    pagerdutyUrl: config.NOTIFY_PAGERDUTY_URL,
  });
  const { store, log, policies, secrets, outbox, leases } = ledger;
  const holder = `notifier-${randomUUID()}`;
  const now = (): number => performance.now();
  const fanOut = new FanOut({
    store, log, policies, outbox, leases, channels, holder, now, logged: config.NOTIFY_LOG,
    publicUrl: config.ALLOY_PUBLIC_URL,
  });
  const metrics = notifierMetrics(registry, outbox);
  const notifier: Notifier = new Notifier({
    fanOut, outbox, policies, secrets, leases, channels, logger, holder, now, random: Math.random, ...metrics,
    runIn: (ms) => resync.triggerIn(ms),
  });
  const resync = new ResyncLoop(() => notifier.run(), { name: 'notifier', seconds: config.SWEEP_SECONDS, logger });
  return { notifier, resync };
};

const makePruning =
  (config: NotifierConfig) =>
  ({ outbox }: Ledger, logger: Logger): ResyncLoop =>
    new ResyncLoop(() => pruneNotifications(outbox, config.NOTIFY_RETENTION_DAYS), {
      name: 'notifier-pruning', seconds: HOUR_SECONDS, logger,
    });

/** Stops queueing first; then waits until running messages are sent and recorded. */
const stopNotifier = async ({ notifier, resync }: NotifierWithResync): Promise<void> => {
  await resync.stop();
  await notifier.stop();
};
