import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { StoreError } from '../store-error';
import type { Api, ApiOptions } from './api-options';
import { sendJson, type Exchange } from './exchange';
import { listen } from './listen';
import { route } from './route';
import { ApiError, fromStoreError } from './status';

/** Serves the Kubernetes API over a store, on loopback, to whoever has the token. */
export async function startApi(options: ApiOptions): Promise<Api> {
  const { store, hooks, token, clock = () => new Date(), bookmarkEvery = 10_000, host = '127.0.0.1', certificate } = options;
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    const url = new URL(request.url ?? '/', 'http://playground');
    if (isHealth(url.pathname)) return void response.writeHead(200, { 'content-type': 'text/plain' }).end('ok');
    const exchange: Exchange = { store, hooks, clock, bookmarkEvery, request, response, url };
    void answer(exchange, token);
  };
  const { port, close } = await listen(handle, { port: options.port, host, certificate });
  return { url: `http://${host}:${port}`, secureUrl: certificate && `https://${host}:${port}`, close };
}

const isHealth = (path: string): boolean => ['/healthz', '/livez', '/readyz'].includes(path);

async function answer(exchange: Exchange, token: string): Promise<void> {
  try {
    authenticate(exchange.request, token);
    await route(exchange);
  } catch (error) {
    refuse(exchange.response, error);
  }
}

function authenticate(request: IncomingMessage, token: string): void {
  const given = Buffer.from((request.headers.authorization ?? '').replace(/^Bearer /, ''));
  const wanted = Buffer.from(token);
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) throw new ApiError(401, 'Unauthorized', 'Unauthorized');
}

function refuse(response: ServerResponse, error: unknown): void {
  if (response.headersSent || response.destroyed) return void response.destroy();
  const refusal = error instanceof ApiError ? error : error instanceof StoreError ? fromStoreError(error) : new ApiError(500, 'InternalError', `Internal error occurred: ${error instanceof Error ? error.message : String(error)}`);
  if (refusal.details.retryAfterSeconds !== undefined) response.setHeader('Retry-After', refusal.details.retryAfterSeconds);
  sendJson(response, refusal.status, refusal.body());
}
