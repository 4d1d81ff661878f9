import { isUnavailable, retry, RetryableError, TerminalError } from '@alloy/runtime';
import { AuthorizationError, connect, type NatsConnection } from '@nats-io/transport-node';
import { Logger } from '@nestjs/common';
import { checkServer } from './check-server';
import { connectionOptionsOf, hostsOf, type NatsAccess } from './nats-credentials';

export interface NatsOptions extends NatsAccess {
  /** Name in the server's list of connections. */
  readonly name: string;
  /** Time limit of the first connection in ms; default 30 000. Reconnects are retried without limit. */
  readonly patienceMs?: number;
}

const RETRY_MS = 500;

/** The first connection failed within the time limit. */
export class NatsUnreachable extends RetryableError {
  constructor(cause: unknown) {
    super('nats_unreachable', 'no NATS server answers at NATS_URL', { cause });
    this.name = 'NatsUnreachable';
  }
}

/** The server refused the credentials. */
export class NatsRefused extends TerminalError {
  constructor(hosts: string, cause: Error) {
    super(
      'nats_refused',
      `the NATS server at ${hosts} refused the credentials (${cause.message}); set the user and password, or a token, in NATS_URL, or set NATS_CREDS or NATS_NKEY, as configured on that server`,
      { cause },
    );
    this.name = 'NatsRefused';
  }
}

/**
 * Connects, and reconnects without limit. Rejects with `NatsUnreachable`, or immediately with `UnsuitableServer`,
 * `NatsRefused` or `BadNatsFile`. The caller drains the connection.
 */
export async function connectNats({ patienceMs = 30_000, ...options }: NatsOptions): Promise<NatsConnection> {
  const isOpen = (error: unknown): boolean => !(error instanceof TerminalError);
  return retry(() => once(options), { delayMs: RETRY_MS, withinMs: patienceMs, isRetryable: isOpen }).catch((error: unknown) => {
    throw isOpen(error) ? new NatsUnreachable(error) : error;
  });
}

/**
 * NATS as a startup dependency: `probe` connects once; refused credentials and an unsuitable server are permanent
 * errors.
 */
export const natsDependency = (options: NatsOptions) => ({
  name: 'nats',
  title: `NATS at ${hostsOf(options.url)}`,
  probe: async () => (await once({ ...options, name: `${options.name}-probe` })).close(),
  isTemporary: isUnavailable,
});

async function once({ name, ...access }: Omit<NatsOptions, 'patienceMs'>): Promise<NatsConnection> {
  const connection = await connect({
    ...connectionOptionsOf(access), name, timeout: 5_000,
    maxReconnectAttempts: -1, reconnectTimeWait: 250, reconnectJitter: 250, ignoreAuthErrorAbort: true,
    // Detects a hanging server after 20 s.
    pingInterval: 10_000, maxPingOut: 2,
  }).catch((error: unknown) => {
    throw error instanceof AuthorizationError ? new NatsRefused(hostsOf(access.url), error) : error;
  });
  try {
    checkServer(connection);
  } catch (error) {
    await connection.close();
    throw error;
  }
  void report(connection);
  return connection;
}

async function report(connection: NatsConnection): Promise<void> {
  const logger = new Logger('nats');
  const refused = new Set<string>();
  for await (const status of connection.status()) {
    if (status.type === 'disconnect') logger.warn('connection to NATS lost; reconnecting');
    if (status.type === 'reconnect') logger.log('connected to NATS again');
    if (status.type === 'error' && !refused.has(status.error.message)) {
      // Once per message: a refused subject is refused at every use.
      refused.add(status.error.message);
      logger.error(`NATS refused: ${status.error.message}`);
    }
  }
}
