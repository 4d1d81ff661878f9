import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { accessTo } from '../testing/access-to';
import { KubernetesCluster } from './kubernetes-cluster';

describe('headers of a cluster', () => {
  it('go with each request, asked anew, and never over what Kubernetes needs', async () => {
    const seen: IncomingHttpHeaders[] = [];
    const server = createServer((request, response) => {
      seen.push(request.headers);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const access = accessTo(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, 'real');
    let span = 0;
    const cluster = new KubernetesCluster(access, { headers: () => ({ traceparent: `span-${(span += 1)}`, authorization: 'Bearer forged' }) });
    const ref = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' };
    await cluster.get(ref);
    await cluster.patch(ref, 'merge', {}, 'alloy');
    await cluster.close();
    server.closeAllConnections();
    server.close();
    expect(seen.map(({ traceparent, authorization }) => ({ traceparent, authorization }))).toEqual([
      { traceparent: 'span-1', authorization: 'Bearer real' }, { traceparent: 'span-2', authorization: 'Bearer real' },
    ]);
  });
});

describe('a request to a pod through the API server', () => {
  it('names scheme, port and path as the proxy wants them, and asks for what the caller accepts', async () => {
    const seen: string[] = [];
    const server = createServer((request, response) => {
      seen.push(`${request.method} ${request.url} ${request.headers.accept}`);
      response.writeHead(406).end('no page');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const cluster = new KubernetesCluster(accessTo(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
    const answer = await cluster.podProxyGet('shop', 'web-1', { scheme: 'https', port: 8443, path: '/metrics?name=a', accept: 'text/plain;version=0.0.4, */*;q=0.1' });
    await cluster.podProxyGet('shop', 'web-1', { port: 8080, path: 'metrics' });
    await cluster.close();
    server.closeAllConnections();
    server.close();
    expect(answer).toEqual({ status: 406, body: 'no page' });
    expect(seen).toEqual([
      'GET /api/v1/namespaces/shop/pods/https:web-1:8443/proxy/metrics?name=a text/plain;version=0.0.4, */*;q=0.1',
      'GET /api/v1/namespaces/shop/pods/web-1:8080/proxy/metrics */*',
    ]);
  });
});
