import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { StoreError } from '../store-error';
import type { Api, ApiOptions, User } from './api-options';
import { auditRecord, isWatch } from './audit';
import { sendJson, type Exchange } from './exchange';
import { listen } from './listen';
import { route } from './route';
import { ApiError, fromStoreError } from './status';
import { parseTarget } from './target';

const ADMIN: User = { name: 'admin' };

/** Serves the Kubernetes API over a store, on loopback, to clients with a token. */
export async function startApi(options: ApiOptions): Promise<Api> {
  const { store, hooks, token, users, audit, clock = () => new Date(), bookmarkEvery = 10_000, host = '127.0.0.1', certificate } = options;
  const known = [...new Map([...(users ?? []), [token, ADMIN]])];
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    const url = new URL(request.url ?? '/', 'http://playground');
    if (isHealth(url.pathname)) return void response.writeHead(200, { 'content-type': 'text/plain' }).end('ok');
    const exchange: Exchange = { store, hooks, clock, bookmarkEvery, request, response, url };
    void answer(exchange, known, audit);
  };
  const { port, close } = await listen(handle, { port: options.port, host, certificate });
  return { url: `http://${host}:${port}`, secureUrl: certificate && `https://${host}:${port}`, close };
}

const isHealth = (path: string): boolean => ['/healthz', '/livez', '/readyz'].includes(path);

async function answer(exchange: Exchange, known: readonly (readonly [string, User])[], audit: ApiOptions['audit']): Promise<void> {
  const { request, response, url } = exchange;
  try {
    const user = authenticate(request, known);
    if (audit) response.once('close', () => audit(auditRecord(exchange, user.name, 'ResponseComplete')));
    authorize(user, url);
    await route(exchange);
    if (audit && isWatch(url)) audit(auditRecord(exchange, user.name, 'ResponseStarted'));
  } catch (error) {
    refuse(response, error);
  }
}

function authenticate(request: IncomingMessage, known: readonly (readonly [string, User])[]): User {
  const given = Buffer.from((request.headers.authorization ?? '').replace(/^Bearer /, ''));
  const found = known.find(([token]) => {
    const wanted = Buffer.from(token);
    return given.length === wanted.length && timingSafeEqual(given, wanted);
  });
  if (!found) throw new ApiError(401, 'Unauthorized', 'Unauthorized');
  return found[1];
}

/** Of a user without Roles for the whole cluster; discovery is for everybody. */
function authorize({ name, namespaced = false }: User, { pathname }: URL): void {
  const target = namespaced ? parseTarget(pathname) : undefined;
  if (!target?.type.namespaced || target.namespace !== undefined) return;
  const { group, resource } = target.type;
  throw new ApiError(
    403,
    'Forbidden',
    `${resource}${group === '' ? '' : `.${group}`} is forbidden: User "${name}" cannot list resource "${resource}" in API group "${group}" at the cluster scope`,
  );
}

function refuse(response: ServerResponse, error: unknown): void {
  if (response.headersSent || response.destroyed) return void response.destroy();
  const refusal =
    error instanceof ApiError
      ? error
      : error instanceof StoreError
        ? fromStoreError(error)
        : new ApiError(500, 'InternalError', `Internal error occurred: ${error instanceof Error ? error.message : String(error)}`);
  if (refusal.details.retryAfterSeconds !== undefined) response.setHeader('Retry-After', refusal.details.retryAfterSeconds);
  sendJson(response, refusal.status, refusal.body());
}
