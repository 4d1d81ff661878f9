import type { KubeObject } from '@alloy/contracts';
import { markName } from '../../routers/weighted-route/mark';
import { gatewayFormat } from '../../routers/gateway-api/format';
import type { BackendRef, Route } from '../../routers/gateway-api/route';
import { deployment, service } from '../../testing/fixtures';
import { chooseTraffic, type TrafficChoice } from './choose-traffic';

const owner = { project: 'shop', environment: 'production', releaseId: 'R2', fence: { installation: 'alloy', slot: 2, version: 0 } };
const routeOf = (name: string, ...refs: readonly BackendRef[]): Route => ({
  apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata: { name, namespace: 'shop' },
  spec: { rules: [{ backendRefs: refs }] },
});
const serviceOf = (name: string, selector: Readonly<Record<string, string>>, metadata: object = {}): KubeObject =>
  ({ ...service, metadata: { name, namespace: 'shop', ...metadata }, spec: { selector, ports: [{ port: 80 }] } });
const labelled = (labels: Readonly<Record<string, string>>) => {
  const { spec, ...rest } = deployment('shop:v1');
  return { ...rest, spec: { ...spec, selector: { matchLabels: labels }, template: { ...spec.template, metadata: { labels } } } };
};
const policyOf = (spec: object): KubeObject =>
  ({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'db' }, spec });
const web = serviceOf('web', { app: 'web' });
const choose = (over: Partial<TrafficChoice> & { readonly services?: readonly KubeObject[] } = {}) => {
  const { services = [web], routes = [routeOf('shop', { name: 'web' })], ...more } = over;
  return chooseTraffic({
    namespace: 'shop', router: 'gatewayApi', format: gatewayFormat, deployment: deployment('shop:v1'),
    objects: [], route: undefined, owner, policies: [], managed: [],
    annotationPrefix: undefined, routes, all: routes, live: new Map(services.map((one) => [one.metadata.name, one])), ...more,
  });
};
const code = (found: ReturnType<typeof chooseTraffic>): string | undefined => ('refusal' in found ? found.refusal.code : undefined);

describe('the route of a workload', () => {
  it('is the only one with its Service as a backend, with the label that keeps the canary apart', () => {
    expect(choose({ routes: [routeOf('docs', { name: 'docs' }), routeOf('shop', { name: 'web' })] })).toEqual({
      traffic: {
        route: { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', name: 'shop' },
        service: 'web', canaryService: 'web-canary', label: { name: 'app', value: 'web-canary' },
      },
    });
  });

  it('may name a Service of the manifests that does not exist yet', () =>
    expect(choose({ services: [], objects: [web] })).toMatchObject({ traffic: { service: 'web' } }));

  it.each<[string, string, Parameters<typeof choose>[0]]>([
    ['none names a Service of the workload', 'route_not_found', { routes: [routeOf('docs', { name: 'docs' })] }],
    ['the route of the policy does not exist', 'route_not_found', { route: 'shop', routes: [] }],
    ['the route of the policy names no Service of the workload', 'route_unsuitable', {
      route: 'docs', routes: [routeOf('docs', { name: 'docs' })],
    }],
    ['the Service that it names selects other pods', 'route_not_found', { services: [serviceOf('web', { app: 'other' })] }],
    ['two routes name it', 'route_ambiguous', { routes: [routeOf('a', { name: 'web' }), routeOf('b', { name: 'web' })] }],
    ['it gives the Service no traffic', 'route_unsuitable', { routes: [routeOf('shop', { name: 'web', weight: 0 })] }],
    ['its weights are too small to be divided', 'route_unsuitable', {
      routes: [routeOf('shop', { name: 'web', weight: 9 }, { name: 'old' })],
    }],
    ['the name of the canary\'s Service is taken', 'foreign_owner', { services: [web, serviceOf('web-canary', { app: 'x' })] }],
    ['the name of the canary\'s Service is too long', 'route_unsuitable', {
      routes: [routeOf('shop', { name: 'w'.repeat(60) })], services: [serviceOf('w'.repeat(60), { app: 'web' })],
    }],
    ['the manifests have a Service of that name', 'foreign_owner', { objects: [serviceOf('web-canary', { app: 'x' })] }],
    ['another installation shifts its weights', 'foreign_owner', {
      routes: [{ ...routeOf('shop', { name: 'web' }), metadata: {
        name: 'shop', namespace: 'shop', annotations: { [markName('web')]: '{"fence":"other/1/1"}' },
      } }],
    }],
  ])('is refused if %s (%s)', (_case, expected, over) => expect(code(choose(over))).toBe(expected));
});

describe('the label of the canary\'s pods', () => {
  const labels = { app: 'web', tier: 'front' };
  const both = { deployment: labelled(labels), services: [serviceOf('web', labels)] };

  it('is one by which no NetworkPolicy selects, in its pods or in those that it allows', () => {
    const from = policyOf({ podSelector: {}, ingress: [{ from: [{ podSelector: { matchLabels: { app: 'web' } } }] }] });
    expect(choose({ ...both, policies: [from] })).toMatchObject({ traffic: { label: { name: 'tier', value: 'front-canary' } } });
  });

  it('is refused if each of them is one by which a NetworkPolicy selects', () => {
    const found = choose({ policies: [policyOf({ podSelector: { matchLabels: { app: 'web' } } })] });
    expect(found).toMatchObject({ refusal: { code: 'route_unsuitable', text: expect.stringContaining('NetworkPolicy db') } });
  });

  it('is one of all Services in front of the workload and of its Deployment, or is refused', () => {
    const internal = serviceOf('internal', { tier: 'front' });
    expect(choose({ ...both, objects: [internal] })).toMatchObject({ traffic: { label: { name: 'tier' } } });
    expect(code(choose({ ...both, services: [serviceOf('web', { app: 'web' })], objects: [internal] }))).toBe('route_unsuitable');
  });

  it('has a value of at most 63 characters', () => {
    const long = { app: 'a'.repeat(63) };
    const found = choose({ deployment: labelled(long), services: [serviceOf('web', long)] });
    expect('traffic' in found && found.traffic.label.value).toBe(`${'a'.repeat(56)}-canary`);
  });
});
