import { isWatch } from './audit';
import { discovery } from './discovery';
import { sendJson, type Exchange } from './exchange';
import { reviewAccess } from './handlers/access-review';
import { isPod, podLog, proxyToPod } from './handlers/pod-proxy';
import { getObject, listObjects } from './handlers/read';
import { deleteCollection, deleteObject } from './handlers/remove';
import { resizePod } from './handlers/resize';
import { getScale, isScalable, writeScale } from './handlers/scale';
import { watchObjects } from './handlers/watch';
import { createObject, patchObject, replaceObject, takesStatus } from './handlers/write';
import { openApiAt, openApiIndex, openApiV2 } from './openapi/open-api';
import { ApiError, methodNotAllowed, noSuchPath } from './status';
import { parseTarget, type Target } from './target';

type Handler = (exchange: Exchange, target: Target) => void | Promise<void>;
type Handlers = Partial<Record<string, Handler>>;

const onCollection: Handlers = {
  GET: (exchange, target) => (isWatch(exchange.url) ? watchObjects : listObjects)(exchange, target),
  POST: createObject,
  DELETE: deleteCollection,
};
const onObject: Handlers = {
  GET: (exchange, target) => (isWatch(exchange.url) ? watchObjects : getObject)(exchange, target),
  PUT: replaceObject,
  PATCH: patchObject,
  DELETE: deleteObject,
};
const onStatus: Handlers = { GET: getObject, PUT: replaceObject, PATCH: patchObject };
const onScale: Handlers = { GET: getScale, PUT: writeScale, PATCH: writeScale };

/** Dispatches a request to its handler. */
export async function route(exchange: Exchange): Promise<void> {
  const { request, response, url, hooks } = exchange;
  const path = url.pathname.length > 1 ? url.pathname.replace(/\/$/, '') : url.pathname;
  const further = hooks.routes?.[path];
  if (further) return further(request, response);
  if (path === '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews' && request.method === 'POST') return reviewAccess(exchange);
  const document = request.method === 'GET' ? documentAt(path, exchange) : undefined;
  if (document) return sendJson(response, 200, document);
  // A proxied path keeps its trailing slash.
  const target = parseTarget(url.pathname.includes('/proxy') ? url.pathname : path);
  const handlers = target && handlersFor(target);
  if (!target || !handlers) throw noSuchPath();
  const handler = handlers[request.method ?? ''];
  if (!handler) throw methodNotAllowed();
  await handler(exchange, target);
}

function documentAt(path: string, { request }: Exchange): Record<string, unknown> | undefined {
  if (path === '/openapi/v3') return openApiIndex();
  if (path.startsWith('/openapi/v3/')) return openApiAt(path.slice('/openapi/v3/'.length));
  if (path !== '/openapi/v2') return discovery(path, request.headers.host ?? '');
  const accept = request.headers.accept ?? '*/*';
  // Old clients accept only protobuf here; clients with v3 do not use this path.
  if (!/json|\*\/\*/.test(accept))
    throw new ApiError(406, 'NotAcceptable', 'only the following media types are accepted: application/json');
  return openApiV2();
}

function handlersFor(target: Target): Handlers | undefined {
  if (target.name === undefined)
    return target.type.namespaced && target.namespace === undefined ? { GET: onCollection['GET'] } : onCollection;
  switch (target.subresource) {
    case undefined:
      return onObject;
    case 'status':
      return takesStatus(target) ? onStatus : undefined;
    case 'scale':
      return isScalable(target) ? onScale : undefined;
    case 'resize':
      return isPod(target) ? { GET: getObject, PUT: resizePod, PATCH: resizePod } : undefined;
    case 'log':
      return isPod(target) ? { GET: podLog } : undefined;
    case 'proxy':
      return isPod(target)
        ? Object.fromEntries(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].map((method) => [method, proxyToPod]))
        : undefined;
    default:
      return undefined;
  }
}
