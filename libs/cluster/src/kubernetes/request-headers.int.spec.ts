import { createServer, type IncomingHttpHeaders } from 'node:http';
import { TestNetwork } from '../testing/test-network';

let network: TestNetwork;
beforeEach(() => (network = new TestNetwork()));
afterEach(() => network.close());

describe('the headers of a cluster', () => {
  it('are requested and sent for each request, and do not override those of Kubernetes', async () => {
    const seen: IncomingHttpHeaders[] = [];
    const { port } = await network.listen(createServer((request, response) => {
      seen.push(request.headers);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    }));
    let span = 0;
    const headers = () => ({ traceparent: `span-${(span += 1)}`, authorization: 'Bearer forged' });
    const cluster = network.cluster({ server: `http://127.0.0.1:${port}` }, { token: 'real' }, { headers });
    const ref = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' };
    await cluster.get(ref);
    await cluster.patch(ref, 'merge', {}, 'alloy');
    expect(seen.map(({ traceparent, authorization }) => ({ traceparent, authorization }))).toEqual([
      { traceparent: 'span-1', authorization: 'Bearer real' }, { traceparent: 'span-2', authorization: 'Bearer real' },
    ]);
  });
});

describe('a request to a pod through the API server', () => {
  it('contains scheme, port and path in the form of the pod proxy, and the Accept header of the caller', async () => {
    const seen: string[] = [];
    const { port } = await network.listen(createServer((request, response) => {
      seen.push(`${request.method} ${request.url} ${request.headers.accept}`);
      response.writeHead(406).end('no page');
    }));
    const cluster = network.cluster({ server: `http://127.0.0.1:${port}` });
    const target = { scheme: 'https', port: 8443, path: '/metrics?name=a', accept: 'text/plain;version=0.0.4, */*;q=0.1' } as const;
    expect(await cluster.podProxyGet('shop', 'web-1', target)).toEqual({ status: 406, body: 'no page' });
    await cluster.podProxyGet('shop', 'web-1', { port: 8080, path: 'metrics' });
    expect(seen).toEqual([
      'GET /api/v1/namespaces/shop/pods/https:web-1:8443/proxy/metrics?name=a text/plain;version=0.0.4, */*;q=0.1',
      'GET /api/v1/namespaces/shop/pods/web-1:8080/proxy/metrics */*',
    ]);
  });
});
