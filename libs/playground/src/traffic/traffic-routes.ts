import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Traffic } from './traffic';

/**
 * The traffic's paths on the API's port: `GET /playground/traffic` returns the counts, `DELETE` resets them and returns
 * the last ones.
 * `/playground/gateway?route=namespace/name` sends the request itself by the rules of that HTTPRoute to a pod,
 * `/playground/gateway?ingresses=namespace&host=example.com` by the Ingresses of the namespace.
 */
export const trafficRoutes = (
  traffic: Traffic,
): Readonly<Record<string, (request: IncomingMessage, response: ServerResponse) => void>> => ({
  '/playground/traffic': ({ method }, response) => {
    if (method !== 'GET' && method !== 'DELETE') return void response.writeHead(405, { allow: 'GET, DELETE' }).end();
    const report = traffic.report();
    if (method === 'DELETE') traffic.reset();
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(report));
  },
  '/playground/gateway': (request, response) => traffic.gateway.handle(request, response),
});
