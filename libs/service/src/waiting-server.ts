import type { RequestListener } from 'node:http';
import type { Problem } from '@alloy/contracts';
import { createHttpServer, type HttpServerOptions } from './http/create-http-server';

export interface WaitingServerOptions extends HttpServerOptions {
  readonly host: string;
  readonly port: number;
  /** Names of the dependencies that are not available yet. */
  readonly waiting: () => readonly string[];
}

const RETRY_AFTER_SECONDS = '1';
const starting: Problem = {
  type: 'urn:alloy:problem:unavailable', title: 'Service Unavailable', status: 503, code: 'unavailable',
  detail: 'The service is starting and waits for a required server; try again later.',
};

/**
 * Answers on a service's port until its dependencies are available: `/livez` 200, `/readyz` 503 with `waiting`,
 * everything else 503 with Retry-After. Rejects if it cannot listen. Resolves with a function that releases the port.
 */
export async function startWaitingServer({ host, port, waiting, ...options }: WaitingServerOptions): Promise<() => Promise<void>> {
  const answer: RequestListener = (request, response) => {
    request.resume();
    const [path] = (request.url ?? '').split('?');
    const json = (status: number, type: string, body: unknown): void => {
      response
        .writeHead(status, {
          'content-type': `${type}; charset=utf-8`,
          connection: 'close',
          ...(status === 503 ? { 'retry-after': RETRY_AFTER_SECONDS } : {}),
        })
        .end(JSON.stringify(body));
    };
    if (path === '/livez') return json(200, 'application/json', { status: 'ok' });
    if (path === '/readyz')
      return json(503, 'application/json', {
        status: 'unavailable',
        checks: Object.fromEntries(waiting().map((name) => [name, 'failed'])),
        draining: false,
        waiting: waiting(),
      });
    return json(503, 'application/problem+json', starting);
  };
  const server = createHttpServer(answer, options);
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
  return () => new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
