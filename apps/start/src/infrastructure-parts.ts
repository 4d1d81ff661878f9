import { join } from 'node:path';
import { startNats, startPostgres, type Nats, type NatsUser, type Postgres } from '@alloy/embedded';
import type { Home } from './home';
import { lastLine } from './node-part';
import type { Part } from './supervisor';

/** The embedded Postgres; calls `started` with it. A restart keeps the port. */
export function postgresPart(home: Home, started: (postgres: Postgres) => void): Part {
  const log = join(home.logs, 'postgres.log');
  let port = 0;
  const start = async (): Promise<Postgres> => {
    const postgres = await startPostgres({ dir: home.postgres, port, log });
    port = postgres.port;
    started(postgres);
    return postgres;
  };
  return { name: 'postgres', start, lastOutput: () => lastLine(log) };
}

/** The embedded nats-server with these users only; calls `started` with it. A restart keeps the port. */
export function natsPart(home: Home, users: readonly NatsUser[], progress: (line: string) => void, started: (nats: Nats) => void): Part {
  const log = join(home.logs, 'nats.log');
  let port = 0;
  const start = async (): Promise<Nats> => {
    const nats = await startNats({ dir: home.nats, port, bin: home.bin, log, progress, users });
    port = nats.port;
    started(nats);
    return nats;
  };
  return { name: 'nats', start, lastOutput: () => lastLine(log) };
}
