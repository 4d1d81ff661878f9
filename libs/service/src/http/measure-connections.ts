import type { Server } from 'node:http';
import { promisify } from 'node:util';
import type { Logger } from 'pino';
import { Counter, Gauge, type Registry } from 'prom-client';
import { rarely } from '../rarely';

const LOG_EVERY_MS = 60_000;

/** Metrics of a server's connections, and a log line a minute while connections above `limit` are refused. */
export function measureConnections(server: Server, limit: number, registry: Registry, logger: Logger): void {
  const open = promisify(server.getConnections.bind(server));
  const registers = [registry];
  new Gauge({
    name: 'alloy_http_connections',
    help: 'Open connections to the HTTP port',
    registers,
    async collect() {
      this.set(await open());
    },
  });
  const refused = new Counter({
    name: 'alloy_http_connections_refused_total',
    help: 'Connections that were refused because HTTP_MAX_CONNECTIONS were open',
    registers,
  });
  const log = rarely(
    (_, count) => logger.warn({ limit, refused: count }, 'connections are refused because HTTP_MAX_CONNECTIONS are open'),
    LOG_EVERY_MS,
  );
  server.on('drop', () => {
    refused.inc();
    log(undefined);
  });
}
