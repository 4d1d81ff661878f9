import type { KubeObject } from '@alloy/contracts';
import { isReady, type Cluster } from '@alloy/cluster';
import { eventually } from '../../support/eventually';
import { deployment, service } from '../../support/workload';
import { isPlausible } from '../gateway/binomial';
import { withGateway } from '../gateway/gateway';
import type { HttpRouteRule, Weights } from '../gateway/http-route';
import { controlPlane, needsGateway, withNamespace } from '../support/control-plane';

/** The image tag behind each Service, which the pods send with their responses. */
const VERSIONS = { web: 'v1', 'web-canary': 'v2' } as const;
const HOST = 'shop.test';

type RunningPod = KubeObject & { readonly status: { readonly podIP: string } };

needsGateway('real requests through Contour and Envoy', () => {
  const namespace = withNamespace('gateway');
  const gateway = withGateway();
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await controlPlane().connect();
    for (const [name, version] of Object.entries(VERSIONS)) {
      await cluster.create(named(deployment({ image: `shop:${version}` }), name), 'test');
      await cluster.create(named(service(0), name), 'test');
    }
    for (const name of Object.keys(VERSIONS)) await eventually(async () => expect(await readyPods(name)).toHaveLength(2));
  });
  afterAll(() => cluster.close());

  /** The object with another name, which is also the label of its pods. */
  const named = (object: KubeObject, app: string): KubeObject => {
    const renamed = JSON.parse(JSON.stringify(object).replaceAll('"app":"web"', `"app":"${app}"`)) as KubeObject;
    return { ...renamed, metadata: { ...renamed.metadata, name: app, namespace: namespace() } };
  };
  const readyPods = async (app: string): Promise<readonly RunningPod[]> => {
    const pods = await cluster.list({ apiVersion: 'v1', kind: 'Pod', namespace: namespace(), labels: `app=${app}` });
    return pods.filter(isReady) as RunningPod[];
  };
  /** The application's requests that the pods of a Service have counted. */
  const counted = async (app: string): Promise<number> => {
    const pages = (await readyPods(app)).map(async ({ status: { podIP } }) => (await fetch(`http://${podIP}:8080/metrics`)).text());
    return (await Promise.all(pages)).reduce((sum, page) => sum + Number(/http_requests_total\{code="200"\} (\d+)/.exec(page)![1]), 0);
  };
  const route = async (rules: readonly HttpRouteRule[], splits: readonly Weights[]): Promise<void> => {
    await gateway().setRoute({ namespace: namespace(), name: 'shop', host: HOST, rules });
    await gateway().splits(HOST, splits);
  };
  const split = async (stable: number, canary: number): Promise<void> => {
    const backends = { web: stable, 'web-canary': canary };
    await route([{ backends }], [backends]);
  };

  it('sends each version its weight of 4,000 requests, within the binomial error', async () => {
    await split(83, 17);
    const load = gateway().load({ host: HOST, rps: 500 });
    const { requests, byVersion, failed } = await load.next(4_000);
    await load.stop();
    expect({ requests, failed, versions: Object.keys(byVersion).sort() }).toEqual({ requests: 4_000, failed: [], versions: ['v1', 'v2'] });
    expect({ byVersion, plausible: isPlausible({ hits: byVersion['v2']!, requests }, 0.17) }).toMatchObject({ plausible: true });
  });

  it('changes the weights under load without a failed request', async () => {
    await split(100, 0);
    const load = gateway().load({ host: HOST });
    for (const canary of [17, 50, 83, 100, 0]) {
      await split(100 - canary, canary);
      const { requests, byVersion } = await load.next(300);
      const hits = byVersion['v2'] ?? 0;
      expect({ canary, hits, plausible: isPlausible({ hits, requests }, canary / 100) }).toMatchObject({ plausible: true });
    }
    const { requests, failed } = await load.stop();
    expect(failed).toEqual([]);
    expect(requests).toBeGreaterThanOrEqual(1_500);
  });

  it('fails the share of a Service without ready pods, and shows the route as accepted', async () => {
    await cluster.create(named(service(0), 'web-empty'), 'test');
    const backends = { web: 83, 'web-empty': 17 };
    await route([{ backends }], [backends]);
    const load = gateway().load({ host: HOST });
    const { requests, failed } = await load.next(300);
    await load.stop();
    expect(new Set(failed.map(({ cause }) => cause))).toEqual(new Set(['status 503: no healthy upstream']));
    const hits = failed.length;
    expect({ hits, plausible: isPlausible({ hits, requests }, 0.17) }).toMatchObject({ plausible: true });
  });

  // Gateway API requires status 500 for the share of the missing Service.
  it('sends the share of a missing Service to the other one, and shows that a reference is not resolved', async () => {
    const rules = [{ backends: { web: 83, 'web-missing': 17 } }];
    await gateway().setRoute({ namespace: namespace(), name: 'shop', host: HOST, rules }, { Accepted: 'True', ResolvedRefs: 'False' });
    await gateway().splits(HOST, [{ web: 100 }]);
    const load = gateway().load({ host: HOST });
    expect(await load.next(300)).toMatchObject({ byVersion: { v1: 300 }, failed: [] });
    await load.stop();
  });

  it('picks the version of each single request by its header', async () => {
    await route(
      [{ headers: { 'x-canary': 'always' }, backends: { 'web-canary': 100 } }, { backends: { web: 100 } }],
      [{ 'web-canary': 100 }, { web: 100 }],
    );
    const expected = [
      [{ 'x-canary': 'always' }, 'v2'],
      [{ 'x-canary': 'never' }, 'v1'],
      [{}, 'v1'],
    ] as const;
    for (let round = 0; round < 50; round += 1) {
      const responses = await Promise.all(expected.map(([headers]) => gateway().send({ host: HOST, headers })));
      expect(responses.map(({ status, version }) => [status, version])).toEqual(expected.map(([, version]) => [200, version]));
    }
  });

  // Contour ignores the percentage of a mirror, and shows the route as accepted.
  it.each([
    ['without a percentage', undefined],
    ['also with a percentage of 30', 30],
  ])('mirrors every request %s, and the client sees only the stable version', async (_, percent) => {
    await split(100, 0);
    const before = await counted('web-canary');
    const mirror = { service: 'web-canary', ...(percent !== undefined && { percent }) };
    await route([{ backends: { web: 100 }, mirror }], [{ web: 100 }]);
    const load = gateway().load({ host: HOST });
    await load.next(600);
    const { requests, byVersion, failed } = await load.stop();
    expect({ byVersion, failed }).toEqual({ byVersion: { v1: requests }, failed: [] });
    await eventually(async () => expect((await counted('web-canary')) - before).toBe(requests));
  });
});
