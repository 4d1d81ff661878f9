import { createServer } from 'node:http';
import { TestNetwork } from '../testing/test-network';

let network: TestNetwork;
beforeEach(() => (network = new TestNetwork()));
afterEach(() => network.close());

describe('a namespace for which the API server answers 429 with Retry-After', () => {
  it('is not called again until that time has passed, while other namespaces are', async () => {
    const seen: string[] = [];
    const { port } = await network.listen(createServer(({ url = '' }, response) => {
      seen.push(url);
      const isLimited = url.includes('/namespaces/shop/');
      if (isLimited) response.writeHead(429, { 'retry-after': '30' }).end('Too many requests, please try again later.');
      else response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    }));
    const cluster = network.cluster({ server: `http://127.0.0.1:${port}` });
    const web = (namespace: string) => ({ apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'web' });
    const limited = { code: 'too_many_requests', details: { status: 429, retryAfterSeconds: expect.any(Number) } };
    await expect(cluster.get(web('shop'))).rejects.toMatchObject(limited);
    await expect(cluster.get(web('shop'))).rejects.toMatchObject(limited);
    await expect(cluster.podProxyGet('shop', 'web-1', { port: 8080, path: '/metrics' })).rejects.toMatchObject(limited);
    const watching = cluster.watch({ apiVersion: 'v1', kind: 'Pod', namespace: 'shop' }, () => undefined);
    await cluster.get(web('toys'));
    expect(watching.failure).toMatchObject(limited);
    expect(seen).toEqual(['/apis/apps/v1/namespaces/shop/deployments/web', '/apis/apps/v1/namespaces/toys/deployments/web']);
  });
});
