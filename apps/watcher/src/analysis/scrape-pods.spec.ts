import { ClusterError, SharedInformers, TrafficInformers, type Cluster, type ProxyTarget } from '@alloy/cluster';
import type { KubeObject } from '@alloy/contracts';
import type { WorkloadView } from '../cluster-reader';
import { informedClusterReader } from '../informed-cluster-reader';
import { scrapePods } from './scrape-pods';

const pod = (name: string, { isReady = true, ports = [{ containerPort: 8080, name: 'http' }] as object[] } = {}): KubeObject => ({
  apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { containers: [{ name: 'web', ports }] },
  status: { conditions: [{ type: 'Ready', status: isReady ? 'True' : 'False' }] },
});
const page = 'http_requests_total{code="200"} 9\nhttp_requests_total{code="500"} 1\n';

/** Scrapes pods that respond with `answer`. */
async function scrape(pods: readonly KubeObject[], answer: (
  name: string, target: ProxyTarget,
) => { readonly status: number; readonly body: string }, named?: Parameters<typeof scrapePods>[5]) {
  const asked: { readonly name: string; readonly target: ProxyTarget }[] = [];
  const podProxyGet: Cluster['podProxyGet'] = async (_namespace, name, target) => {
    asked.push({ name, target });
    return answer(name, target);
  };
  const view: WorkloadView = { deployment: undefined, pods };
  const watching: Pick<Cluster, 'watch'> = { watch: () => { throw new Error('not followed'); } };
  const routers = new TrafficInformers({ cluster: watching, onChange: () => undefined, onFailure: () => undefined });
  const cluster = { podProxyGet } as unknown as Cluster;
  const reader = informedClusterReader(cluster, new SharedInformers(watching), routers, () => undefined);
  const again = () => scrapePods(reader, 'shop', view, 'canary', 1_000, named);
  return { readings: await again(), asked, again };
}

describe('scrapePods', () => {
  it('reads the page of each ready pod, and requests the text format', async () => {
    const { readings, asked } = await scrape([pod('a'), pod('b', { isReady: false })], () => ({ status: 200, body: page }));
    expect(readings).toMatchObject([{ track: 'canary', pod: 'a', requests: 10, errors: 1, observedMs: 1_000 }]);
    expect(asked).toEqual([
      { name: 'a', target: { scheme: 'http', port: 8080, path: '/metrics', accept: 'text/plain;version=0.0.4, */*;q=0.1' } },
    ]);
  });

  it.each([204, 302, 404, 406, 500, 503])('reads no page from a response with status %i, whatever its body contains', async (status) => {
    expect((await scrape([pod('a')], () => ({ status, body: page }))).readings.filter(({ requests }) => requests > 0)).toEqual([]);
  });

  it('reads nothing from a pod that it cannot reach', async () => {
    const { readings } = await scrape([pod('a')], () => {
      throw new ClusterError('unreachable', 'GET: timed out');
    });
    expect(readings.filter(({ requests }) => requests > 0)).toEqual([]);
  });

  it('uses HTTPS if the name of the port says so, and requests nothing from a pod without a port', async () => {
    const { asked } = await scrape([pod('a', { ports: [{ containerPort: 9443, name: 'https-metrics' }] }), pod('b', { ports: [] })], () =>
      ({ status: 200, body: page }));
    expect(asked).toMatchObject([{ name: 'a', target: { scheme: 'https', port: 9443 } }]);
  });

  it('reads at most 50 pods in one round', async () => {
    const pods = Array.from({ length: 60 }, (_, i) => pod(`web-${i}`));
    expect((await scrape(pods, () => ({ status: 200, body: page }))).readings).toHaveLength(50);
  });

  it('finds the page of Spring Boot if /metrics responds with 404, and tries it first from then on', async () => {
    const { readings, asked, again } = await scrape([pod('a')], (_, { path }) =>
      (path === '/actuator/prometheus' ? { status: 200, body: page } : { status: 404, body: '' }));
    expect(readings).toMatchObject([{ requests: 10 }]);
    expect(await again()).toMatchObject([{ requests: 10 }]);
    expect(asked.map(({ target }) => target.path)).toEqual(['/metrics', '/actuator/prometheus', '/actuator/prometheus']);
  });

  it('tries another path only after a 404, and not after another error', async () => {
    const { asked } = await scrape([pod('a')], () => ({ status: 500, body: '' }));
    expect(asked).toHaveLength(1);
  });

  it('reads the series that the policy names', async () => {
    const { readings } = await scrape([pod('a')], () =>
      ({ status: 200, body: `${page}jobs_total{state="bad"} 2\n` }), { metric: 'jobs_total', statusLabel: 'state', errors: ['bad'] });
    expect(readings).toMatchObject([{ requests: 2, errors: 2 }]);
  });
});
