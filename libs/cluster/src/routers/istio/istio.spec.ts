import { behind, historyOf, inspected, lostRule } from '../../testing/by-route';
import { ruleBackends } from '../weighted-route/rule-backends';
import { istioFormat } from './format';
import type { Destination, VirtualService } from './virtual-service';

const to = (host: string, weight?: number): Destination =>
  ({ destination: { host, port: { number: 80 } }, ...(weight !== undefined && { weight }) });
const routeOf = (spec: object): VirtualService => ({
  apiVersion: 'networking.istio.io/v1', kind: 'VirtualService',
  metadata: { name: 'shop', namespace: 'shop', annotations: { team: 'shop' } }, spec,
});

/** What Alloy does not read, in the order in which its owner wrote it. */
const edge = { hosts: ['shop.example.com'], gateways: ['istio-system/public'], exportTo: ['.'] };
const route = routeOf({
  ...edge,
  http: [
    { name: 'old', match: [{ uri: { prefix: '/v1' } }], redirect: { uri: '/' } },
    { name: 'docs', match: [{ uri: { prefix: '/docs' } }], delegate: { name: 'docs', namespace: 'docs' } },
    {
      name: 'primary', timeout: '5s', retries: { attempts: 2 },
      route: [{ ...to('web.shop.svc.cluster.local'), headers: { request: { set: { a: 'b' } } } } as Destination],
    },
    { name: 'api', route: [to('web', 800), to('legacy', 200)] },
  ],
  tls: [{ match: [{ sniHosts: ['shop.example.com'] }], route: [to('web.shop', 100)] }],
  tcp: [{ match: [{ port: 27_017 }], route: [to('db.data')] }],
});

/** The destinations in the rules of the workload's. */
const textOf = (spec: unknown): readonly string[] =>
  ['http', 'tls', 'tcp'].flatMap((protocol) =>
    ((spec as Record<string, ReadonlyArray<{ readonly route?: readonly Destination[] }>>)[protocol] ?? []).map(({ route: all = [] }) =>
      all.map(({ destination: { host }, weight }) => `${host} ${weight}`).join(', ')));

describe('a canary by the weights of a VirtualService', () => {
  const cluster = 'svc.cluster.local';
  const at = (percent: number): readonly string[] => [
    '', '',
    `web.shop.${cluster} ${100 - percent}, web-canary.shop.${cluster} ${percent}`,
    `web ${800 - 8 * percent}, web-canary ${8 * percent}, legacy 200`,
    `web.shop ${100 - percent}, web-canary.shop ${percent}`,
    'db.data undefined',
  ];

  it('has its weight in each HTTP and TLS route of the Service, and none after the promotion', async () => {
    const { traffic, specs, isClean } = await historyOf({ router: 'istio', route }, 'promoted');
    expect(traffic).toEqual({
      route: { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', name: 'shop' },
      service: 'web', canaryService: 'web-canary', label: { name: 'app', value: 'web-canary' },
    });
    expect(specs.map(textOf)).toEqual([at(0), at(20), at(50), at(0), textOf(route.spec)]);
    expect(isClean).toBe(true);
  });

  it('changes nothing else of it: the sibling of a destination has its port and its headers', async () => {
    const { specs } = await historyOf({ router: 'istio', route }, 'rolledBack');
    const { http, ...others } = specs[1] as { readonly http: readonly object[] };
    const { http: own, ...otherwise } = route.spec as { readonly http: readonly object[] };
    expect(others).toMatchObject(edge);
    expect(Object.keys(others)).toEqual(Object.keys(otherwise));
    expect(http.slice(0, 2)).toEqual(own.slice(0, 2));
    const headers = { request: { set: { a: 'b' } } };
    expect(http[2]).toEqual({
      name: 'primary', timeout: '5s', retries: { attempts: 2 },
      route: [
        { destination: { host: `web.shop.${cluster}`, port: { number: 80 } }, headers, weight: 80 },
        { destination: { host: `web-canary.shop.${cluster}`, port: { number: 80 } }, headers, weight: 20 },
      ],
    });
  });

  it('leaves the VirtualService as it was after a rollback', async () => {
    const { specs, isClean } = await historyOf({ router: 'istio', route }, 'rolledBack');
    expect(specs.map(textOf)).toEqual([at(0), at(20), at(50), at(0), textOf(route.spec)]);
    expect(isClean).toBe(true);
  });

  it('shifts only the rules that the policy names', async () => {
    const { traffic, specs, isClean } = await historyOf({ router: 'istio', route, rules: ['primary'] }, 'promoted');
    expect(traffic).toMatchObject({ rules: ['primary'] });
    expect(specs.slice(1, 3).map(textOf)).toEqual([20, 50].map((percent) => [...at(percent).slice(0, 3), ...textOf(route.spec).slice(3)]));
    expect(isClean).toBe(true);
  });

  it('fails the step if a chosen rule has gone in mid-release, and leaves nothing', async () => {
    const { refusal, isClean } = await lostRule({ router: 'istio', route, rules: ['primary'] }, {
      ...route.spec, http: (route.spec!.http!).filter(({ name }) => name !== 'primary'),
    });
    expect(refusal).toEqual({
      code: 'route_unsuitable', text: 'VirtualService shop has no rule primary any more with Service web as a backend',
    });
    expect(isClean).toBe(true);
  });

  it('counts a rule that has the canary also if the policy names it no more, so that nothing is left there', () => {
    const left = routeOf({ http: [{ name: 'a', route: [to('web', 80), to('web-canary', 20)] }, { name: 'b', route: [to('web')] }] });
    const backends = { service: 'web', canaryService: 'web-canary', rules: ['b'] };
    expect(ruleBackends(istioFormat, left, backends).map(({ index }) => index)).toEqual([0, 1]);
  });

  it.each([
    [7, 'web 93, web-canary 7'],
    [12.5, 'web 875, web-canary 125'],
  ])('at %d %% is exact, with a sum of 100 if it is whole', async (weight, text) => {
    const plain = routeOf({ hosts: ['web'], http: [{ route: [{ destination: { host: 'web' }, weight: 100 }] }] });
    const { specs, isClean } = await historyOf({ router: 'istio', route: plain, steps: [{ setWeight: weight }] }, 'rolledBack');
    expect(textOf(specs[1])).toEqual([text]);
    expect(isClean).toBe(true);
  });

  it.each([
    [['networking.istio.io/v1', 'networking.istio.io/v1beta1'], 'networking.istio.io/v1'],
    [['networking.istio.io/v1beta1', 'networking.istio.io/v1alpha3'], 'networking.istio.io/v1beta1'],
  ])('is read in the first version of %j', async (served, apiVersion) => {
    const rig = await behind({ router: 'istio', route: { ...route, apiVersion } });
    jest.spyOn(rig.cluster, 'serves').mockImplementation((...[version]: unknown[]) => Promise.resolve(served.includes(version as string)));
    const lists = jest.spyOn(rig.cluster, 'list');
    expect(await inspected(rig, { router: 'istio', route })).toMatchObject({ traffic: { route: { apiVersion } } });
    expect(lists).toHaveBeenCalledWith({ apiVersion, kind: 'VirtualService', namespace: 'shop' });
  });

  it('is refused on a cluster without VirtualServices', async () => {
    const rig = await behind({ router: 'istio', route });
    jest.spyOn(rig.cluster, 'serves').mockResolvedValue(false);
    const text = 'this cluster serves no VirtualService of networking.istio.io/v1 or networking.istio.io/v1beta1 or ' +
      'networking.istio.io/v1alpha3, which the router istio needs';
    expect(await inspected(rig, { router: 'istio', route })).toEqual({ refusal: { code: 'router_not_served', text } });
  });

  it('has a name for each of its Services only in the namespace of the release', async () => {
    for (const host of ['web.other', 'web.other.svc.cluster.local', 'web.shop.com', '*']) {
      const other = routeOf({ http: [{ route: [to(host)] }] });
      expect(await inspected(await behind({ router: 'istio', route: other }), { router: 'istio', route: other })).toMatchObject({
        refusal: { code: 'route_not_found', text: expect.stringContaining('no VirtualService of the namespace') },
      });
    }
  });

  it.each<[string, object, readonly string[] | undefined, string]>([
    ['a subset of a DestinationRule', { http: [{ route: [{ destination: { host: 'web', subset: 'v1' } }] }] }, undefined, 'subset v1'],
    ['no rule with the name in the policy', { http: [{ route: [to('web')] }] }, ['primary'], 'no rule with the name primary'],
    ['a rule with that name for another Service', { http: [{ name: 'a', route: [to('docs')] }, { route: [to('web')] }] }, ['a'], 'rule a'],
    ['a destination without a weight beside others', { http: [{ route: [to('web'), to('docs', 100)] }] }, undefined, 'no traffic'],
    ['a weight that cannot be divided', { http: [{ route: [to('web', 80), to('docs', 20)] }] }, undefined, 'below 100'],
  ])('is refused before anything changes if the VirtualService has %s', async (_what, spec, rules, text) => {
    const routed = { router: 'istio' as const, route: routeOf(spec), ...(rules && { rules }) };
    expect(await inspected(await behind(routed), routed)).toMatchObject({
      refusal: { code: 'route_unsuitable', text: expect.stringContaining(text) },
    });
  });
});
