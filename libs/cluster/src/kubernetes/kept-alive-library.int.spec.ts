import http from 'node:http';
import { answer, Wire } from '../testing/wire';

let wire: Wire;
beforeEach(() => (wire = new Wire()));
afterEach(() => wire.close());

const web = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' };

describe('what the API server answers', () => {
  it('reaches Alloy as it was written: unknown fields, and times as text', async () => {
    const object = {
      apiVersion: 'apps/v1', kind: 'Deployment',
      metadata: { name: 'web', namespace: 'shop', creationTimestamp: '2026-01-01T00:00:00Z', managedFields: [{ time: '2026-01-01T00:00:00Z', fieldsV1: { 'f:spec': {} } }] },
      spec: { replicas: 1, selector: {}, template: {}, notYetInvented: { deep: [1, null] } },
    };
    const server = await wire.listen(http.createServer((request, response) => answer(response, request.url?.endsWith('/web') ? object : { metadata: {}, items: [object] })));
    const cluster = wire.cluster({ server: `http://127.0.0.1:${server.port}` });
    expect(await cluster.get(web)).toEqual(object);
    expect(await cluster.list({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop' })).toEqual([object]);
  });

  it('is asked for by the whole path, with its last slash', async () => {
    const paths: string[] = [];
    const server = await wire.listen(http.createServer((request, response) => {
      paths.push(request.url ?? '');
      response.end('ok');
    }));
    await wire.cluster({ server: `http://127.0.0.1:${server.port}/k8s/` }).podProxyGet('shop', 'web-1', { port: 8080, path: '/' });
    expect(paths).toEqual(['/k8s/api/v1/namespaces/shop/pods/web-1:8080/proxy/']);
  });
});

describe('a request that the API server refuses by 401', () => {
  it('is sent once more with the token that the file holds by then, whatever it does', async () => {
    const seen: string[] = [];
    const server = await wire.listen(http.createServer((request, response) => {
      seen.push(`${request.method} ${request.headers.authorization}`);
      if (request.headers.authorization === 'Bearer two') return answer(response, { metadata: { name: 'web' } });
      wire.write('token', 'two');
      answer(response, { reason: 'Unauthorized' }, 401);
    }));
    wire.write('token', 'one');
    const cluster = wire.cluster({ server: `http://127.0.0.1:${server.port}` }, { tokenFile: 'token' });
    await cluster.patch(web, 'merge', {}, 'alloy');
    await cluster.get(web);
    expect(seen).toEqual(['PATCH Bearer one', 'PATCH Bearer two', 'GET Bearer two']);
  });

  it('is reported as unauthorized if the new token is refused, too', async () => {
    let requests = 0;
    const server = await wire.listen(http.createServer((_, response) => {
      requests += 1;
      answer(response, { reason: 'Unauthorized' }, 401);
    }));
    const cluster = wire.cluster({ server: `http://127.0.0.1:${server.port}` }, { token: 't' });
    await expect(cluster.get(web)).rejects.toMatchObject({ code: 'unauthorized' });
    await expect(cluster.get(web)).rejects.toMatchObject({ code: 'unauthorized' });
    expect(requests).toBe(3);
  });
});
