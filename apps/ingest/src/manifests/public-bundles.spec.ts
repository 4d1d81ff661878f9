import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildBundle, type BuiltBundle, type BundleRequest } from './build-bundle';
import type { Result } from './finding';
import { KnownFiles } from './known-files';

const FOLDER = join(__dirname, '../../../../test/bundles');

const built = (name: string, rest: Partial<BundleRequest> = {}): Result<BuiltBundle> =>
  buildBundle({
    files: new KnownFiles().read({ deployment: readFileSync(join(FOLDER, `${name}.yaml`), 'utf8') }),
    imageTag: 'v2', strategy: 'auto', namespace: 'shop', image: undefined, ...rest,
  });
const summary = (result: Result<BuiltBundle>) => {
  if (!result.ok) return result.findings.map(({ status, code, detail }) => [status, code, detail]);
  const { bundle, left } = result.value;
  const kinds: Record<string, number> = {};
  for (const { kind } of bundle.objects) kinds[kind] = (kinds[kind] ?? 0) + 1;
  return { workload: bundle.workload, kinds, left: left.map(({ kind, name }) => `${kind} ${name}`) };
};
const images = (result: Result<BuiltBundle>): readonly string[] =>
  result.ok ? [...JSON.stringify(result.value.bundle).matchAll(/"image":"([^"]+)"/g)].map(([, image]) => image!) : [];

describe('a bundle in the shape of a public one', () => {
  it('with 11 Deployments is refused with their list, and accepted once the policy names one', () => {
    expect(summary(built('microservices-demo'))).toEqual([
      [422, 'workload_unclear', expect.stringMatching(/set `workload` in the policy .* \(emailservice, .*, adservice\)\.$/)],
    ]);
    const result = built('microservices-demo', { workload: 'frontend' });
    expect(summary(result)).toEqual({
      workload: 'frontend',
      kinds: { Deployment: 11, Service: 12, ServiceAccount: 11, StatefulSet: 1 },
      left: ['Role boutique-reader', 'RoleBinding boutique-reader'],
    });
    expect(images(result)).toContain('registry.example.com/samples/boutique/frontend:v2');
    expect(images(result)).toContain('redis:alpine');
  });

  it('of a guestbook needs the name of the Deployment, too', () => {
    expect(summary(built('guestbook'))).toMatchObject([
      [422, 'workload_unclear', expect.stringContaining('(redis-leader, redis-follower, frontend)')],
    ]);
    const result = built('guestbook', { workload: 'frontend' });
    expect(summary(result)).toEqual({ workload: 'frontend', kinds: { Deployment: 3, Service: 3 }, left: [] });
    expect(images(result)).toEqual([
      'docker.io/redis:6.0.5', 'registry.example.com/samples/gb-redis-follower:v2', 'registry.example.com/samples/gb-frontend:v2',
    ]);
  });

  it('that Helm rendered leaves the hooks, and gives the CronJob the tag', () => {
    const result = built('helm-release');
    expect(summary(result)).toEqual({
      workload: 'release-name-shop',
      kinds: { ServiceAccount: 1, ConfigMap: 1, Service: 1, Deployment: 1, CronJob: 1, ServiceMonitor: 1 },
      left: ['Job release-name-shop-migrate', 'Pod release-name-shop-test-connection'],
    });
    expect(images(result)).toEqual(['registry.example.com/shop/web:v2', 'registry.example.com/shop/web:v2']);
  });

  it('that Kustomize built releases the Deployment with a Service, and a worker with it', () => {
    const result = built('kustomize-build');
    expect(summary(result)).toEqual({
      workload: 'web', kinds: { ConfigMap: 1, Service: 1, Deployment: 2, NetworkPolicy: 1 }, left: ['Namespace shop'],
    });
    expect(images(result)).toEqual(['registry.example.com/shop/web:v2', 'registry.example.com/shop/web:v2']);
  });

  it('of an ingress controller leaves what is cluster-wide', () => {
    const result = built('ingress-controller');
    expect(summary(result)).toEqual({
      workload: 'ingress-nginx-controller',
      kinds: { ServiceAccount: 1, ConfigMap: 1, Service: 2, Deployment: 1, Job: 1 },
      left: [
        'Namespace shop', 'ClusterRole ingress-nginx', 'ClusterRoleBinding ingress-nginx', 'IngressClass nginx',
        'ValidatingWebhookConfiguration ingress-nginx-admission',
      ],
    });
    expect(images(result)).toContain('registry.example.com/ingress-nginx/kube-webhook-certgen:v1.5.0');
  });
});
