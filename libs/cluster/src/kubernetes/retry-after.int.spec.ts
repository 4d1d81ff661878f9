import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { accessTo } from '../testing/access-to';
import { KubernetesCluster } from './kubernetes-cluster';

describe('a namespace in which the API server asks for patience', () => {
  it('is not called again, and other namespaces are', async () => {
    const seen: string[] = [];
    const server = createServer((request, response) => {
      seen.push(request.url ?? '');
      if (request.url?.includes('/namespaces/shop/')) response.writeHead(429, { 'retry-after': '30' }).end('Too many requests, please try again later.');
      else response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const cluster = new KubernetesCluster(accessTo(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
    const web = (namespace: string) => ({ apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'web' });
    const limited = { code: 'too_many_requests', details: { status: 429, retryAfterSeconds: expect.any(Number) } };
    await expect(cluster.get(web('shop'))).rejects.toMatchObject(limited);
    await expect(cluster.get(web('shop'))).rejects.toMatchObject(limited);
    await expect(cluster.podProxyGet('shop', 'web-1', { port: 8080, path: '/metrics' })).rejects.toMatchObject(limited);
    const watching = cluster.watch({ apiVersion: 'v1', kind: 'Pod', namespace: 'shop' }, () => undefined);
    await cluster.get(web('toys'));
    expect(watching.failure).toMatchObject(limited);
    await cluster.close();
    server.closeAllConnections();
    server.close();
    expect(seen).toEqual(['/apis/apps/v1/namespaces/shop/deployments/web', '/apis/apps/v1/namespaces/toys/deployments/web']);
  });
});
