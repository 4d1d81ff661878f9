import type { RequestListener, Server } from 'node:http';
import type { Socket } from 'node:net';
import { ProblemError } from '../problem-error';

export interface ProbeReserveOptions {
  /** Connections for any request. */
  readonly limit: number;
  /** Additional connections, only for probes and scrapes; further ones are closed immediately. Default 32. */
  readonly reserved?: number;
  /**
   * Time in ms for a connection above the limit to send the headers of its request before it is closed. Default 1,000.
   */
  readonly silentMs?: number;
}

const RESERVED = 32;
const SILENT_MS = 1_000;
/** Longer than any probe or scrape waits, ms. */
const ANSWER_MS = 15_000;
const RETRY_AFTER_SECONDS = 2;
/** Paths that show whether a service works; they are answered under load, so that a busy service is not killed. */
export const PROBES: ReadonlySet<string> = new Set(['/livez', '/readyz', '/health', '/metrics']);

const { problem } = new ProblemError({
  status: 503,
  code: 'too_many_connections',
  detail: 'Too many connections to this service are open; try again later.',
});

/**
 * Limits a server's connections. Those above the limit get one response: a probe or a scrape is answered, any other
 * request gets 503 with Retry-After; then the connection closes. Emits `drop` on the server for each refused
 * connection, as Node does for connections that it closes immediately.
 */
export function reserveForProbes(
  server: Server,
  listener: RequestListener,
  { limit, reserved = RESERVED, silentMs = SILENT_MS }: ProbeReserveOptions,
): void {
  const surplus = new Map<string, NodeJS.Timeout>();
  let open = 0;
  server.maxConnections = limit + reserved;
  server.on('connection', (socket: Socket) => {
    const name = nameOf(socket);
    open += 1;
    if (open > limit)
      surplus.set(
        name,
        setTimeout(() => refuse(server, socket), silentMs),
      );
    socket.once('close', () => {
      open -= 1;
      clearTimeout(surplus.get(name));
      surplus.delete(name);
    });
  });
  server.on('request', (request, response) => {
    const deadline = surplus.get(nameOf(request.socket));
    if (deadline === undefined) return listener(request, response);
    clearTimeout(deadline);
    surplus.set(
      nameOf(request.socket),
      setTimeout(() => request.socket.destroy(), ANSWER_MS),
    );
    response.setHeader('connection', 'close');
    if (PROBES.has(request.url?.split('?')[0] ?? '')) return listener(request, response);
    server.emit('drop');
    response
      .writeHead(problem.status, { 'content-type': 'application/problem+json; charset=utf-8', 'retry-after': String(RETRY_AFTER_SECONDS) })
      .end(JSON.stringify(problem));
  });
}

function refuse(server: Server, socket: Socket): void {
  server.emit('drop');
  socket.destroy();
}

/** The same for a TLS connection and its TCP connection. */
const nameOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress} ${remotePort}`;
