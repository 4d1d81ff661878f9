import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventually } from '../../../../test/support/eventually';
import { isClusterError } from '../errors';
import type { WatchEvent } from '../ports';
import { accessTo } from '../testing/access-to';
import { KubernetesCluster } from './kubernetes-cluster';

type Answer = (response: http.ServerResponse, url: URL) => void;

const pod = (name: string, resourceVersion: string) => ({ metadata: { name, namespace: 'shop', resourceVersion } });
const list = (resourceVersion: string, ...items: object[]): Answer => (response) => response.end(JSON.stringify({ metadata: { resourceVersion }, items }));
const lines = (...events: object[]): Answer => (response) => response.end(events.map((event) => `${JSON.stringify(event)}\n`).join(''));
const open: Answer = (response) => void response.flushHeaders();
const status = (code: number, headers: http.OutgoingHttpHeaders = {}): Answer => (response) => void response.writeHead(code, headers).end(JSON.stringify({ kind: 'Status', code }));

describe('Reflector', () => {
  let server: http.Server;
  let cluster: KubernetesCluster;
  let answers: Answer[];
  const seen: string[] = [];
  const events: string[] = [];
  const at: number[] = [];
  const failures: string[] = [];

  beforeEach(async () => {
    seen.length = events.length = at.length = failures.length = 0;
    server = http.createServer((request, response) => {
      const url = new URL(request.url ?? '', 'http://x');
      seen.push(url.searchParams.has('watch') ? `watch ${url.searchParams.get('resourceVersion')}` : 'list');
      at.push(performance.now());
      (answers.shift() ?? open)(response, url);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    cluster = clusterOf();
  });
  afterEach(async () => {
    await cluster.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const clusterOf = (idleMs?: number): KubernetesCluster => {
    const { port } = server.address() as AddressInfo;
    const access = accessTo(`http://127.0.0.1:${port}`);
    return new KubernetesCluster(access, { baseBackoffMs: 1, random: () => 0, ...(idleMs === undefined ? {} : { idleMs }), onError: (error) => void failures.push(isClusterError(error) ? error.code : 'bug') });
  };
  const follow = (...script: Answer[]) => {
    answers = script;
    return cluster.watch({ apiVersion: 'v1', kind: 'Pod', namespace: 'shop' }, (event: WatchEvent) => {
      events.push(event.type === 'synced' ? `synced ${event.objects.length}` : `${event.type} ${event.object.metadata.name}`);
    });
  };
  const reaches = (...expected: string[]) => eventually(() => expect(seen.slice(0, expected.length)).toEqual(expected));

  it('lists, watches from there, and goes on from the last event or bookmark when the watch ends', async () => {
    const watching = follow(
      list('10', pod('a', '9')),
      lines({ type: 'ADDED', object: pod('b', '11') }, { type: 'BOOKMARK', object: { metadata: { resourceVersion: '20' } } }),
      lines({ type: 'DELETED', object: pod('a', '21') }),
    );
    await reaches('list', 'watch 10', 'watch 20', 'watch 21');
    expect(events).toEqual(['synced 1', 'added b', 'deleted a']);
    expect([...watching.objects.keys()]).toEqual(['shop/b']);
  });

  it.each([
    ['as an event', lines({ type: 'ERROR', object: { kind: 'Status', code: 410, metadata: {} } })],
    ['as an answer', status(410)],
  ])('lists anew when its version has become too old: 410 %s', async (_how, gone) => {
    const watching = follow(list('10', pod('a', '9')), gone, list('30', pod('c', '29')));
    await reaches('list', 'watch 10', 'list', 'watch 30');
    expect(events).toEqual(['synced 1', 'synced 1']);
    // Objects that were deleted between the watches leave the cache.
    expect([...watching.objects.keys()]).toEqual(['shop/c']);
  });

  it('reads every page of a list', async () => {
    const page: Answer = (response) => response.end(JSON.stringify({ metadata: { resourceVersion: '5', continue: 'more' }, items: [pod('a', '1')] }));
    await follow(page, list('5', pod('b', '2'))).synced;
    expect(events).toEqual(['synced 2']);
  });

  it('gives a silent watch up', async () => {
    await cluster.close();
    cluster = clusterOf(200);
    follow(list('10'), open, open);
    await reaches('list', 'watch 10', 'watch 10');
  });

  it('survives refusals and broken connections, and waits as long as it is asked to', async () => {
    follow(status(503), (response) => void response.destroy(), (response) => void response.destroy(), status(429, { 'retry-after': '1' }), list('10'));
    await reaches('list', 'list', 'list', 'list', 'list', 'watch 10');
    expect(at[4]! - at[3]!).toBeGreaterThanOrEqual(950);
    expect(failures.slice(-1)).toEqual(['too_many_requests']);
  });

  it('keeps of each object what it was asked to keep', async () => {
    answers = [list('10', { ...pod('a', '9'), spec: 'secret' }), lines({ type: 'ADDED', object: { ...pod('b', '11'), spec: 'secret' } })];
    const told: WatchEvent[] = [];
    const watching = cluster.watch({ apiVersion: 'v1', kind: 'Pod', namespace: 'shop' }, (event) => void told.push(event), { keep: ({ apiVersion, kind, metadata }) => ({ apiVersion, kind, metadata }) });
    await reaches('list', 'watch 10', 'watch 11');
    expect([...watching.objects.keys()]).toEqual(['shop/a', 'shop/b']);
    expect(JSON.stringify([...watching.objects.values(), ...told])).not.toContain('secret');
  });

  it('takes no connection away from what is asked besides, however many watches are open', async () => {
    const WATCHES = 50;
    server.removeAllListeners('request').on('request', (request: http.IncomingMessage, response: http.ServerResponse) => {
      const url = new URL(request.url ?? '', 'http://x');
      (url.searchParams.has('watch') ? open : list('10'))(response, url);
    });
    const quiet = new KubernetesCluster(accessTo(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
    try {
      await Promise.all(Array.from({ length: WATCHES }, (_, i) => quiet.watch({ apiVersion: 'v1', kind: 'Pod', namespace: `shop-${i}` }, () => undefined).synced));
      await eventually(async () => expect(await connections()).toBeGreaterThanOrEqual(WATCHES));
      expect(await quiet.list({ apiVersion: 'v1', kind: 'Pod', namespace: 'shop' })).toEqual([]);
    } finally {
      await quiet.close();
    }
  });

  it('opens a watch that is ended at once ever more seldom', async () => {
    follow(list('10'), ...Array.from({ length: 1_000 }, () => lines()));
    await eventually(() => expect(seen.length).toBeGreaterThan(9));
    expect(at[9]! - at[8]!).toBeGreaterThanOrEqual(63);
    expect(failures[0]).toBe('unreachable');
  });

  it('tries again as soon as at first, once a watch has reported something', async () => {
    const FAILURES = 11;
    follow(list('10'), ...Array.from({ length: FAILURES }, () => lines()), lines({ type: 'ADDED', object: pod('b', '11') }), lines());
    await eventually(() => expect(seen.length).toBeGreaterThan(FAILURES + 3));
    // One more failure in a row would have been followed by 1,024 ms.
    expect(at[FAILURES + 1]! - at[FAILURES]!).toBeGreaterThanOrEqual(500);
    expect(at[FAILURES + 3]! - at[FAILURES + 2]!).toBeLessThan(900);
  });

  it('stops', async () => {
    const watching = follow(list('10'), open);
    await reaches('list', 'watch 10');
    watching.stop();
    await eventually(async () => expect(await connections()).toBe(0));
    expect(seen).toEqual(['list', 'watch 10']);
  });

  const connections = () => new Promise<number>((resolve, reject) => server.getConnections((error, count) => (error ? reject(error) : resolve(count))));
});
