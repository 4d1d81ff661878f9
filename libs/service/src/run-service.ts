import 'reflect-metadata';
import type { Service } from '@alloy/contracts';
import type { PostgresDriver } from '@alloy/opentelemetry';
import { retry } from '@alloy/runtime';
import type { DynamicModule, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { CustomTransportStrategy } from '@nestjs/microservices';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { RequestListener, Server } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { DestinationStream, Logger } from 'pino';
import { Registry } from 'prom-client';
import { answerBrokenRequest } from './answer-broken-request';
import { answerUnroutable } from './answer-unroutable';
import type { BaseConfig } from './base-config';
import { armCrashPoint, type CrashConfig } from './crash-at';
import { createLogger } from './create-logger';
import { retryDelayMs, waitForDependencies, type Dependency } from './dependency';
import { explainStartFailure } from './explain-start-failure';
import { HealthChecks } from './health-checks';
import { collectWhenIdle } from './idle-collector';
import { NestLogger } from './nest-logger';
import { ProblemFilter } from './problem.filter';
import { ServiceModule } from './service.module';
import { addRetryAfter } from './retry-after';
import { stopOnSignals } from './stop-on-signals';
import { connectionLimitsOf, type ConnectionLimits } from './http/connection-limits';
import { createHttpServer } from './http/create-http-server';
import { answerOtherMethods } from './http/answer-other-methods';
import { measureConnections } from './http/measure-connections';
import type { Tls } from './tls';
import { startWaitingServer } from './waiting-server';
import type { OpenTelemetryConfig } from './telemetry/opentelemetry-config';
import { startTelemetry } from './telemetry/start-telemetry';
import { traceRequests } from './telemetry/trace-requests';

export type HttpConfig = Pick<BaseConfig, 'HOST' | 'PORT' | 'LOG_LEVEL'> & Partial<ConnectionLimits> & CrashConfig & OpenTelemetryConfig;

export interface ServiceOptions<C extends HttpConfig> {
  readonly name: Service;
  /** Called once; a `ConfigError` ends the process with one line. */
  readonly config: () => C;
  /**
   * The service waits for these before it creates anything; until they are available, it is alive and not ready.
   * Default: none.
   */
  readonly dependencies?: (config: C) => readonly Dependency[];
  /** The composition root. Close its resources in `onApplicationShutdown`, when no handler runs any more. */
  readonly module: (config: C) => Type | DynamicModule;
  /** Message transport; created after all providers, from their values. */
  readonly strategy?: (app: NestFastifyApplication, config: C) => CustomTransportStrategy;
  /** Before routes are registered: content types, hooks, guards. */
  readonly configure?: (app: NestFastifyApplication, config: C) => void | Promise<void>;
  readonly onReady?: (app: NestFastifyApplication, config: C) => void | Promise<void>;
  /** Bytes; default 1 MiB. */
  readonly bodyLimit?: number;
  /** Addresses and networks whose `X-Forwarded-For` and `-Proto` are trusted; default none. */
  readonly trustProxy?: (config: C) => readonly string[];
  /** Undefined: plain HTTP, also the default. */
  readonly tls?: (config: C) => Tls | undefined;
  /** Default true: JSON bodies are parsed by Fastify. */
  readonly bodyParser?: boolean;
  /** Instrumentations of OpenTelemetry, if it is configured, in addition to incoming and outgoing HTTP requests. */
  readonly tracing?: {
    /** The driver that the service uses for Postgres. */
    readonly postgres?: PostgresDriver;
    /** The service calls URLs that are secrets, like those of webhooks: spans show only their hosts. Default false. */
    readonly secretPaths?: boolean;
  };
  /** Default: standard output. */
  readonly destination?: DestinationStream;
}

export interface RunningService {
  readonly app: NestFastifyApplication;
  readonly port: number;
  /** Stops accepting requests, waits for the handlers, and closes. Idempotent. */
  close(): Promise<void>;
}

/** Time limit for closing the opened resources after a failed start. */
const PATIENCE_MS = 5_000;
/** Interval of closing idle connections while a service stops. */
const IDLE_CHECK_MS = 50;

/** Characters of the longest name, a user's, that may be a part of a path; a longer part gets 414. */
const LONGEST_NAME = 128;

/**
 * Starts a service and returns it; rejects if it cannot start. Does not handle signals: for tests, and for
 * `runService`.
 */
export async function startService<C extends HttpConfig>(options: ServiceOptions<C>): Promise<RunningService> {
  const config = options.config();
  const logger = createLogger({ service: options.name, level: config.LOG_LEVEL, destination: options.destination });
  armCrashPoint(config, logger);
  const endTelemetry = await startTelemetry({ service: options.name, config, logger, ...options.tracing });
  try {
    const service = await startWhenAvailable(options, config, logger);
    let closing: Promise<void> | undefined;
    return { ...service, close: () => (closing ??= service.close().finally(endTelemetry)) };
  } catch (error) {
    await endTelemetry();
    throw error;
  }
}

async function startWhenAvailable<C extends HttpConfig>(options: ServiceOptions<C>, config: C, logger: Logger): Promise<RunningService> {
  const dependencies = options.dependencies?.(config) ?? [];
  const start = async (): Promise<RunningService> => {
    await whenAvailable(dependencies, options, config, logger);
    return startOnce(options, config, logger);
  };
  return retry(start, {
    delayMs: retryDelayMs,
    // A dependency became unavailable between its probe and the start.
    isRetryable: (error) => dependencies.some(({ isTemporary }) => isTemporary(error)),
    onRetry: (err) => logger.warn({ err }, 'the start failed because a required server became unavailable; starting again'),
  });
}

async function whenAvailable<C extends HttpConfig>(
  dependencies: readonly Dependency[],
  options: ServiceOptions<C>,
  config: C,
  logger: Logger,
): Promise<void> {
  const waiting = new Set<string>();
  let listening: Promise<() => Promise<void>> | undefined;
  try {
    await waitForDependencies(dependencies, {
      logger,
      onWaiting: async ({ name }) => {
        waiting.add(name);
        await (listening ??= startWaitingServer({
          host: config.HOST,
          port: config.PORT,
          tls: options.tls?.(config),
          limits: connectionLimitsOf(config),
          waiting: () => [...waiting].sort(),
        }));
      },
      onAvailable: ({ name }) => waiting.delete(name),
    });
  } finally {
    await (
      await listening?.catch(() => undefined)
    )?.();
  }
}

async function startOnce<C extends HttpConfig>(options: ServiceOptions<C>, config: C, logger: Logger): Promise<RunningService> {
  const app = await createApp(options, config, logger);
  try {
    traceRequests(app);
    addRetryAfter(app);
    const answerOthers = answerOtherMethods(app);
    await options.configure?.(app, config);
    await app.init();
    answerOthers();
    if (options.strategy) {
      app.connectMicroservice({ strategy: options.strategy(app, config) });
      await app.startAllMicroservices();
    }
    await app.listen(config.PORT, config.HOST);
    await options.onReady?.(app, config);
  } catch (error) {
    const closed = app.close().catch((err: unknown) => logger.warn({ err }, 'could not close the parts of a failed start'));
    await Promise.race([closed, delay(PATIENCE_MS, undefined, { ref: false })]);
    throw error;
  }
  const { port } = app.getHttpServer().address() as { port: number };
  logger.info({ port }, 'ready');
  const endCollecting = collectWhenIdle();
  return {
    app,
    port,
    close: () => {
      endCollecting();
      return stop(app);
    },
  };
}

/**
 * The body of a service's main.ts: starts it, and stops it on SIGTERM and SIGINT; if it cannot start, logs one clear
 * line and exits with 1.
 */
export async function runService<C extends HttpConfig>(options: ServiceOptions<C>): Promise<void> {
  try {
    const service = await startService(options);
    stopOnSignals(service.close);
  } catch (error) {
    const logger = createLogger({ service: options.name, level: 'info', destination: options.destination });
    const { why, ...fields } = explainStartFailure(error);
    logger.fatal(fields, `${options.name} can't start: ${why}`);
    process.exit(1);
  }
}

async function createApp<C extends HttpConfig>(options: ServiceOptions<C>, config: C, logger: Logger): Promise<NestFastifyApplication> {
  const root = { module: class Root {}, imports: [ServiceModule.with(logger), options.module(config)] };
  const adapter = createAdapter(options, config);
  const app = await NestFactory.create<NestFastifyApplication>(root, adapter, {
    logger: new NestLogger(logger), bodyParser: options.bodyParser ?? true, abortOnError: false,
  });
  app.useGlobalFilters(new ProblemFilter(logger));
  measureConnections(app.getHttpServer() as Server, connectionLimitsOf(config).HTTP_MAX_CONNECTIONS, app.get(Registry), logger);
  return app;
}

function createAdapter<C extends HttpConfig>({ bodyLimit = 1_048_576, tls, trustProxy }: ServiceOptions<C>, config: C): FastifyAdapter {
  const proxies = trustProxy?.(config) ?? [];
  const server = { tls: tls?.(config), limits: connectionLimitsOf(config) };
  return new FastifyAdapter({
    serverFactory: (listener: RequestListener) => createHttpServer(listener, server),
    ...(proxies.length > 0 && { trustProxy: [...proxies] }),
    bodyLimit,
    clientErrorHandler: answerBrokenRequest,
    frameworkErrors: answerUnroutable,
    // Requests over a kept-alive connection are still answered, because parts are closed only after the server.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    routerOptions: { ignoreTrailingSlash: false, maxParamLength: LONGEST_NAME },
  });
}

async function stop(app: NestFastifyApplication): Promise<void> {
  app.get(HealthChecks).drain();
  // A response that ends after the server closed leaves its kept-alive connection open.
  const idleCheck = setInterval(() => (app.getHttpServer() as Server).closeIdleConnections(), IDLE_CHECK_MS);
  await app.close().finally(() => clearInterval(idleCheck));
}
