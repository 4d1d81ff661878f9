import type { KubeObject } from '@alloy/contracts';
import { ingressShape } from '../../routers/nginx-ingress/ingress-shape';
import type { Ingress } from '../../routers/nginx-ingress/ingress';
import { deployment, service } from '../../testing/fixtures';
import { ModelCluster } from '../../testing/model-cluster';
import { findTraffic, type TrafficQuestion } from './find-traffic';

const owner = { project: 'shop', environment: 'production', releaseId: 'R2', fence: { installation: 'alloy', slot: 2, version: 0 } };
interface More {
  readonly annotations?: Readonly<Record<string, string>>;
  readonly host?: string;
  readonly path?: string;
  readonly spec?: object;
}
const ingressOf = (name: string, backend: string, { annotations, host = 'shop.example.com', path = '/', spec }: More = {}): Ingress => ({
  apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name, namespace: 'shop', ...(annotations && { annotations }) },
  spec: spec ?? { rules: [{ host, http: { paths: [{ path, pathType: 'Prefix', backend: { service: { name: backend } } }] } }] },
});
const web: KubeObject = {
  ...service, metadata: { name: 'web', namespace: 'shop' }, spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
};
const shop = ingressOf('shop', 'web');
const canary = (prefix = 'nginx.ingress.kubernetes.io') => ({ annotations: { [`${prefix}/canary`]: 'true' } });

async function find(objects: readonly KubeObject[], over: Partial<TrafficQuestion> = {}) {
  const cluster = new ModelCluster();
  for (const object of [web, ...objects]) await cluster.create(object);
  return findTraffic(cluster, {
    router: 'nginxIngress', namespace: 'shop', deployment: deployment('shop:v1'), objects: [], route: undefined,
    managed: [], owner, ...over,
  });
}
const refusalOf = async (...parameters: Parameters<typeof find>) => {
  const found = await find(...parameters);
  return found && 'refusal' in found ? [found.refusal.code, found.refusal.text] : found;
};

describe('the Ingress of a workload', () => {
  it('is the only one with its Service as a backend, and the canary gets one of its own', async () => {
    expect(await find([shop, ingressOf('docs', 'docs')])).toEqual({
      traffic: {
        route: { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', name: 'shop' },
        canaryIngress: { name: 'web-canary', annotationPrefix: 'nginx.ingress.kubernetes.io' },
        service: 'web', canaryService: 'web-canary', label: { name: 'app', value: 'web-canary' },
      },
    });
  });

  it('is the one that the policy names, with the prefix of the policy', async () => {
    const question = { route: 'internal', annotationPrefix: 'nginx.internal' };
    expect(await find([shop, ingressOf('internal', 'web', { host: 'web.internal' })], question))
      .toMatchObject({ traffic: { route: { name: 'internal' }, canaryIngress: { annotationPrefix: 'nginx.internal' } } });
  });

  it('is none of the canary Ingresses, such as one that a stuck release has left', async () => {
    const left = ingressOf('web-canary', 'web', {
      annotations: { ...canary().annotations, 'alloy.dev/fence': 'alloy/1/3' },
    });
    const labels = { 'alloy.dev/project': 'shop', 'alloy.dev/environment': 'production' };
    const found = await find([shop, { ...left, metadata: { ...left.metadata, labels } }]);
    expect(found).toMatchObject({ traffic: { route: { name: 'shop' } } });
  });

  it.each<[string, string, RegExp, readonly KubeObject[], Partial<TrafficQuestion>]>([
    ['no Ingress has a Service of the workload', 'route_not_found', /no Ingress of the namespace/, [ingressOf('docs', 'docs')], {}],
    ['the one of the policy does not exist', 'route_not_found', /no Ingress else/, [shop], { route: 'else' }],
    ['several have it', 'route_ambiguous', /Ingress shop.*Ingress two/, [shop, ingressOf('two', 'web', { host: 'two.example.com' })], {}],
    ['its host and path have a canary', 'route_unsuitable', /Ingress beta.*shop\.example\.com\//, [shop, ingressOf('beta', 'beta', canary())], {}],
    ['they have one by another prefix', 'route_unsuitable', /Ingress beta/, [shop, ingressOf('beta', 'beta', canary('x.io'))], {
      annotationPrefix: 'x.io',
    }],
    ['the Ingress that the policy names has a canary', 'route_unsuitable', /Ingress beta/, [shop, ingressOf('beta', 'beta', canary())], {
      route: 'shop',
    }],
    ['the name of its canary is taken', 'foreign_owner', /Ingress web-canary/, [shop, ingressOf('web-canary', 'else', { host: 'x.com' })], {}],
    ['the manifests have an Ingress of that name', 'foreign_owner', /Ingress web-canary/, [shop], {
      objects: [ingressOf('web-canary', 'else')],
    }],
    ['the Service is its default backend', 'route_unsuitable', /default backend/, [
      ingressOf('shop', 'web', { spec: { defaultBackend: { service: { name: 'web' } } } }),
    ], {}],
  ])('is refused if %s (%s)', async (_case, code, text, objects, over) =>
    expect(await refusalOf(objects, over)).toEqual([code, expect.stringMatching(text)]));

  it.each([
    ['another path', ingressOf('beta', 'beta', { ...canary(), path: '/beta' })],
    ['another host', ingressOf('beta', 'beta', { ...canary(), host: 'beta.example.com' })],
    ['another prefix', ingressOf('beta', 'beta', { ...canary('x.io'), host: 'shop.example.com' })],
  ])('may have a canary for %s beside it', async (_case, beside) => expect(await find([shop, beside])).toHaveProperty('traffic'));

  it('has one backend in each path, also of a resource', () =>
    expect(ingressShape.rulesOf({ ...shop, spec: { rules: [{ http: { paths: [{ backend: { resource: {} } }] } }, {}] } }))
      .toEqual([[{ resource: {} }]]));
});
