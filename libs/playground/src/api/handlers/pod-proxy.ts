import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { resourceKey } from '../../resources';
import type { Exchange } from '../exchange';
import { ApiError } from '../status';
import type { Target } from '../target';
import { findObject } from './read';

const hopByHop = ['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'authorization', 'host'];

/**
 * `/pods/[scheme:]name[:port]/proxy/path`: forwards the request to the pod's listener; the port is a number. 503 if the
 * pod is unreachable.
 */
export function proxyToPod(exchange: Exchange, target: Target): void {
  const { request, response, url, hooks } = exchange;
  const parts = (target.name ?? '').split(':');
  const [scheme, name, port] = parts.length === 3 ? parts : ['http', ...parts];
  if (port && !/^\d+$/.test(port))
    throw new ApiError(400, 'BadRequest', `invalid port ${JSON.stringify(port)}: the proxy to a pod takes no names`);
  const pod = findObject(exchange, { ...target, name });
  const address = hooks.podAddress(pod, port === '' ? undefined : port);
  if (!address) throw unreachable('no route to host');
  const headers = Object.fromEntries(Object.entries(request.headers).filter(([key]) => !hopByHop.includes(key)));
  // Like the API server's proxy, it does not verify certificates.
  const onward = (scheme === 'https' ? httpsRequest : httpRequest)(
    { ...address, rejectUnauthorized: false, method: request.method, path: `/${target.rest}${url.search}`, headers, agent: false },
    (answer) => {
      response.writeHead(
        answer.statusCode ?? 502,
        Object.fromEntries(Object.entries(answer.headers).filter(([key]) => !hopByHop.includes(key))),
      );
      answer.pipe(response);
    },
  );
  onward.on('error', (error) => {
    if (response.headersSent) return void response.destroy();
    const refusal = unreachable(error.message);
    response.writeHead(refusal.status, { 'content-type': 'application/json' }).end(JSON.stringify(refusal.body()));
  });
  response.on('close', () => onward.destroy());
  request.pipe(onward);
}

const unreachable = (why: string): ApiError => new ApiError(503, 'ServiceUnavailable', `error trying to reach service: ${why}`);

/** `/pods/name/log`: the log text from the hook. */
export function podLog(exchange: Exchange, target: Target): void {
  const { url, hooks, response } = exchange;
  const pod = findObject(exchange, target);
  const query = url.searchParams;
  const tail = query.get('tailLines');
  const text = hooks.podLog?.(pod, {
    container: query.get('container') ?? undefined,
    tailLines: tail === null ? undefined : Number(tail),
    previous: query.get('previous') === 'true',
  });
  if (text === undefined)
    throw new ApiError(400, 'BadRequest', `container in pod "${pod.metadata.name}" is waiting to start: ContainerCreating`);
  response.writeHead(200, { 'content-type': 'text/plain' }).end(text);
}

export const isPod = ({ type }: Target): boolean => resourceKey(type) === 'pods';
