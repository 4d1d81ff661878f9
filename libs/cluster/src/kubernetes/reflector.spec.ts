import http from 'node:http';
import { eventually } from '../../../../test/support/eventually';
import { isClusterError } from '../errors';
import type { WatchEvent } from '../ports';
import { TestNetwork } from '../testing/test-network';
import type { KubernetesCluster } from './kubernetes-cluster';

type Answer = (response: http.ServerResponse) => void;

const pod = (name: string, resourceVersion: string) => ({ metadata: { name, namespace: 'shop', resourceVersion } });
const list =
  (resourceVersion: string, ...items: object[]): Answer =>
  (response) =>
    response.end(JSON.stringify({ metadata: { resourceVersion }, items }));
const lines = (...events: object[]): Answer => (response) => response.end(events.map((event) => `${JSON.stringify(event)}\n`).join(''));
const open: Answer = (response) => void response.flushHeaders();
const status =
  (code: number, headers: http.OutgoingHttpHeaders = {}): Answer =>
  (response) =>
    void response.writeHead(code, headers).end(JSON.stringify({ kind: 'Status', code }));

describe('Reflector', () => {
  let network: TestNetwork;
  let server: http.Server;
  let url: string;
  let cluster: KubernetesCluster;
  let answers: Answer[];
  const seen: string[] = [];
  const events: string[] = [];
  const at: number[] = [];
  const failures: string[] = [];

  beforeEach(async () => {
    seen.length = events.length = at.length = failures.length = 0;
    network = new TestNetwork();
    server = http.createServer((request, response) => {
      const { searchParams } = new URL(request.url ?? '', 'http://x');
      seen.push(searchParams.has('watch') ? `watch ${searchParams.get('resourceVersion')}` : 'list');
      at.push(performance.now());
      (answers.shift() ?? open)(response);
    });
    url = `http://127.0.0.1:${(await network.listen(server)).port}`;
    cluster = clusterOf();
  });
  afterEach(() => network.close());

  const clusterOf = (idleMs?: number): KubernetesCluster => {
    const onError = (error: unknown): void => void failures.push(isClusterError(error) ? error.code : 'bug');
    return network.cluster(
      { server: url },
      {},
      { baseBackoffMs: 1, random: () => 0, ...(idleMs === undefined ? {} : { idleMs }), onError },
    );
  };
  const follow = (...script: Answer[]) => {
    answers = script;
    return cluster.watch({ apiVersion: 'v1', kind: 'Pod', namespace: 'shop' }, (event: WatchEvent) => {
      events.push(event.type === 'synced' ? `synced ${event.objects.length}` : `${event.type} ${event.object.metadata.name}`);
    });
  };
  const reaches = (...expected: string[]) => eventually(() => expect(seen.slice(0, expected.length)).toEqual(expected));

  it('lists, watches from the version of the list, and continues from the last event or bookmark when the watch ends', async () => {
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
    ['as a status', status(410)],
  ])('lists again when its version has become too old: 410 %s', async (_how, gone) => {
    const watching = follow(list('10', pod('a', '9')), gone, list('30', pod('c', '29')));
    await reaches('list', 'watch 10', 'list', 'watch 30');
    expect(events).toEqual(['synced 1', 'synced 1']);
    // The new list removes objects that were deleted between the watches.
    expect([...watching.objects.keys()]).toEqual(['shop/c']);
  });

  it('reads every page of a list', async () => {
    const page: Answer = (response) =>
      response.end(JSON.stringify({ metadata: { resourceVersion: '5', continue: 'more' }, items: [pod('a', '1')] }));
    await follow(page, list('5', pod('b', '2'))).synced;
    expect(events).toEqual(['synced 2']);
  });

  it('replaces a silent watch', async () => {
    await cluster.close();
    cluster = clusterOf(200);
    follow(list('10'), open, open);
    await reaches('list', 'watch 10', 'watch 10');
  });

  it('retries after refusals and broken connections, and waits as long as Retry-After says', async () => {
    follow(
      status(503),
      (response) => void response.destroy(),
      (response) => void response.destroy(),
      status(429, { 'retry-after': '1' }),
      list('10'),
    );
    await reaches('list', 'list', 'list', 'list', 'list', 'watch 10');
    expect(at[4]! - at[3]!).toBeGreaterThanOrEqual(950);
    expect(failures.slice(-1)).toEqual(['too_many_requests']);
  });

  it('keeps and reports only the selected fields of each object', async () => {
    answers = [list('10', { ...pod('a', '9'), spec: 'secret' }), lines({ type: 'ADDED', object: { ...pod('b', '11'), spec: 'secret' } })];
    const reported: WatchEvent[] = [];
    const watching = cluster.watch({ apiVersion: 'v1', kind: 'Pod', namespace: 'shop' }, (event) => void reported.push(event), {
      keep: ({ apiVersion, kind, metadata }) => ({ apiVersion, kind, metadata }),
    });
    await reaches('list', 'watch 10', 'watch 11');
    expect([...watching.objects.keys()]).toEqual(['shop/a', 'shop/b']);
    expect(JSON.stringify([...watching.objects.values(), ...reported])).not.toContain('secret');
  });

  it('leaves connections for other requests, however many watches are open', async () => {
    const WATCHES = 50;
    server.removeAllListeners('request').on('request', (request: http.IncomingMessage, response: http.ServerResponse) => {
      const isWatch = new URL(request.url ?? '', 'http://x').searchParams.has('watch');
      (isWatch ? open : list('10'))(response);
    });
    const query = (namespace: string) => ({ apiVersion: 'v1', kind: 'Pod', namespace });
    await Promise.all(Array.from({ length: WATCHES }, (_, i) => cluster.watch(query(`shop-${i}`), () => undefined).synced));
    await eventually(async () => expect(await connections()).toBeGreaterThanOrEqual(WATCHES));
    expect(await cluster.list(query('shop'))).toEqual([]);
  });

  it('reopens a watch that the server ends at once less and less often', async () => {
    follow(list('10'), ...Array.from({ length: 1_000 }, () => lines()));
    await eventually(() => expect(seen.length).toBeGreaterThan(9));
    expect(at[9]! - at[8]!).toBeGreaterThanOrEqual(63);
    expect(failures[0]).toBe('unreachable');
  });

  it('restarts the backoff once a watch has reported an event', async () => {
    const FAILURES = 11;
    follow(list('10'), ...Array.from({ length: FAILURES }, () => lines()), lines({ type: 'ADDED', object: pod('b', '11') }), lines());
    await eventually(() => expect(seen.length).toBeGreaterThan(FAILURES + 3));
    // One more failure in a row would have been followed by 1,024 ms.
    expect(at[FAILURES + 1]! - at[FAILURES]!).toBeGreaterThanOrEqual(500);
    expect(at[FAILURES + 3]! - at[FAILURES + 2]!).toBeLessThan(900);
  });

  it('closes its connection when it is stopped', async () => {
    const watching = follow(list('10'), open);
    await reaches('list', 'watch 10');
    watching.stop();
    await eventually(async () => expect(await connections()).toBe(0));
    expect(seen).toEqual(['list', 'watch 10']);
  });

  const connections = () =>
    new Promise<number>((resolve, reject) => server.getConnections((error, count) => (error ? reject(error) : resolve(count))));
});
