import http from 'node:http';
import { answer, TestNetwork } from '../testing/test-network';

let network: TestNetwork;
beforeEach(() => (network = new TestNetwork()));
afterEach(() => network.close());

const web = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' };

describe('a response of the API server', () => {
  it('is returned unchanged, with unknown fields and with times as strings', async () => {
    const object = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: {
        name: 'web',
        namespace: 'shop',
        creationTimestamp: '2026-01-01T00:00:00Z',
        managedFields: [{ time: '2026-01-01T00:00:00Z', fieldsV1: { 'f:spec': {} } }],
      },
      spec: { replicas: 1, selector: {}, template: {}, notYetInvented: { deep: [1, null] } },
    };
    const server = await network.listen(
      http.createServer((request, response) =>
        answer(response, request.url?.endsWith('/web') ? object : { metadata: {}, items: [object] }),
      ),
    );
    const cluster = network.cluster({ server: `http://127.0.0.1:${server.port}` });
    expect(await cluster.get(web)).toEqual(object);
    expect(await cluster.list({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop' })).toEqual([object]);
  });

  it('is requested by the whole path, including the last slash', async () => {
    const paths: string[] = [];
    const server = await network.listen(http.createServer((request, response) => {
      paths.push(request.url ?? '');
      response.end('ok');
    }));
    await network.cluster({ server: `http://127.0.0.1:${server.port}/k8s/` }).podProxyGet('shop', 'web-1', { port: 8080, path: '/' });
    expect(paths).toEqual(['/k8s/api/v1/namespaces/shop/pods/web-1:8080/proxy/']);
  });
});

describe('a request that the API server refuses with 401', () => {
  it('is sent once more with the new token of the token file, also if it is a write', async () => {
    const seen: string[] = [];
    const server = await network.listen(http.createServer((request, response) => {
      seen.push(`${request.method} ${request.headers.authorization}`);
      if (request.headers.authorization === 'Bearer two') return answer(response, { metadata: { name: 'web' } });
      network.write('token', 'two');
      answer(response, { reason: 'Unauthorized' }, 401);
    }));
    network.write('token', 'one');
    const cluster = network.cluster({ server: `http://127.0.0.1:${server.port}` }, { tokenFile: 'token' });
    await cluster.patch(web, 'merge', {}, 'alloy');
    await cluster.get(web);
    expect(seen).toEqual(['PATCH Bearer one', 'PATCH Bearer two', 'GET Bearer two']);
  });

  it('fails as unauthorized if there are no newer credentials or they are refused as well', async () => {
    let requests = 0;
    const server = await network.listen(http.createServer((_, response) => {
      requests += 1;
      answer(response, { reason: 'Unauthorized' }, 401);
    }));
    const cluster = network.cluster({ server: `http://127.0.0.1:${server.port}` }, { token: 't' });
    await expect(cluster.get(web)).rejects.toMatchObject({ code: 'unauthorized' });
    await expect(cluster.get(web)).rejects.toMatchObject({ code: 'unauthorized' });
    expect(requests).toBe(3);
  });
});
