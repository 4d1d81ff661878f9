import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Servers } from './servers';

export interface Door {
  readonly url: string;
  close(): Promise<void>;
}

type Handlers = Readonly<Record<string, () => unknown>>;

/** Where specs ask the process that holds the servers to stop and start them; `more` by method and path. An answer is JSON. */
export async function openDoor(servers: Servers, more: Handlers = {}): Promise<Door> {
  const handlers: Handlers = {
    'POST /apiserver/kill': () => servers.killApiServer(),
    'POST /apiserver/start': () => servers.startApiServer(),
    ...more,
  };
  const server = createServer((request, response) => {
    const answer = (status: number, body: unknown): void =>
      void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body ?? null));
    const handler = handlers[`${request.method} ${request.url}`];
    if (!handler) return answer(404, `no such thing: ${Object.keys(handlers).join(', ')}`);
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
