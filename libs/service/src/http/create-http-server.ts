import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { Tls } from '../tls';
import type { ConnectionLimits } from './connection-limits';
import { reserveForProbes } from './reserve-for-probes';
import { SecureResponse } from './security-headers';

export interface HttpServerOptions {
  /** Undefined: plain HTTP. */
  readonly tls: Tls | undefined;
  readonly limits: ConnectionLimits;
}

/**
 * An HTTP server with limits for the number and the time of connections, and with the security headers in all
 * responses. Live feeds have no time limit.
 */
export function createHttpServer(listener: RequestListener, { tls, limits }: HttpServerOptions): Server {
  const requestTimeout = limits.HTTP_REQUEST_SECONDS * 1_000;
  const headersTimeout = Math.min(limits.HTTP_HEADER_SECONDS * 1_000, requestTimeout);
  const idleMs = limits.HTTP_IDLE_SECONDS * 1_000;
  const options = {
    headersTimeout, requestTimeout, keepAliveTimeout: idleMs,
    connectionsCheckingInterval: headersTimeout / 10,
    ServerResponse: SecureResponse,
  };
  const server = tls ? createTlsServer({ ...tls, ...options, handshakeTimeout: headersTimeout }) : createServer(options);
  reserveForProbes(server, listener, { limit: limits.HTTP_MAX_CONNECTIONS });
  closeIdleConnections(server, idleMs);
  return server;
}

/** Closes connections without data for `idleMs`, unless a request is in progress or a live feed has nothing to send. */
function closeIdleConnections(server: Server, idleMs: number): void {
  const requests = new WeakMap<Socket, number>();
  const count = (socket: Socket, change: number): void => void requests.set(socket, (requests.get(socket) ?? 0) + change);
  server.prependListener('request', ({ socket }, response) => {
    count(socket, 1);
    response.once('close', () => count(socket, -1));
  });
  server.setTimeout(idleMs, (socket) => {
    const isUnread = socket.writableLength > 0;
    if ((requests.get(socket) ?? 0) === 0 || isUnread) socket.destroy();
  });
}
