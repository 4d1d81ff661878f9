import { connect, type NatsConnection } from '@nats-io/transport-node';
import { Logger } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import { checkServer, UnsuitableServer } from './check-server';

export interface NatsOptions {
  readonly url: string;
  /** Shown in the server's list of connections. */
  readonly name: string;
  /** How long the first connection may take, ms; default 30 000. Later ones are tried for ever. */
  readonly patienceMs?: number;
}

const RETRY_MS = 500;

/** The first connection could not be made in time. */
export class NatsUnreachable extends Error {
  readonly code = 'nats_unreachable';
  constructor(cause: unknown) {
    super('no NATS server answers at NATS_URL', { cause });
    this.name = 'NatsUnreachable';
  }
}

/** Connects, and reconnects for ever. Rejects with `NatsUnreachable`, or `UnsuitableServer` at once. The caller drains it. */
export async function connectNats({ url, name, patienceMs = 30_000 }: NatsOptions): Promise<NatsConnection> {
  const end = performance.now() + patienceMs;
  for (;;) {
    try {
      return await once(url, name);
    } catch (error) {
      if (error instanceof UnsuitableServer) throw error;
      if (performance.now() + RETRY_MS > end) throw new NatsUnreachable(error);
      await delay(RETRY_MS);
    }
  }
}

async function once(url: string, name: string): Promise<NatsConnection> {
  const connection = await connect({
    servers: url, name, timeout: 5_000,
    maxReconnectAttempts: -1, reconnectTimeWait: 250, reconnectJitter: 250, ignoreAuthErrorAbort: true,
    // A server that hangs is noticed after 20 s.
    pingInterval: 10_000, maxPingOut: 2,
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
  for await (const status of connection.status()) {
    if (status.type === 'disconnect') logger.warn('connection to NATS lost; trying again for ever');
    if (status.type === 'reconnect') logger.log('connected to NATS again');
  }
}
