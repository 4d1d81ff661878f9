import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Servers } from './servers';

export interface ControlServer {
  readonly url: string;
  close(): Promise<void>;
}

type Handlers = Readonly<Record<string, () => unknown>>;

/**
 * Starts the HTTP server by which specs stop and start the API server. `more`: further handlers by method and path.
 * Each response is JSON.
 */
export async function startControlServer(servers: Servers, more: Handlers = {}): Promise<ControlServer> {
  const handlers: Handlers = {
    'POST /apiserver/kill': () => servers.killApiServer(),
    'POST /apiserver/start': () => servers.startApiServer(),
    ...more,
  };
  const server = createServer((request, response) => {
    const answer = (status: number, body: unknown): void =>
      void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body ?? null));
    const handler = handlers[`${request.method} ${request.url}`];
    if (!handler) return answer(404, `unknown request; known: ${Object.keys(handlers).join(', ')}`);
    Promise.resolve()
      .then(handler)
      .then(
        (result) => answer(200, result),
        (error: unknown) => answer(500, String(error)),
      );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = (): Promise<void> => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(() => resolve()));
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}
