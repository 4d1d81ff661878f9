import { stringify } from 'yaml';
import { buildBundle, type BundleRequest } from './build-bundle';
import { KnownFiles } from './known-files';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const workload = (name: string, image: string, init?: string) => ({
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name },
  spec: {
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: 'a', image }], ...(init !== undefined && { initContainers: [{ name: 'i', image: init }] }) },
    },
  },
});
const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec: { selector: { app: 'web' }, ports: [{ port: 80 }] } };

/** The images of the release of `shop/web:old` with these other workloads. */
function build(others: readonly object[], request: Partial<BundleRequest> = {}, released = 'r.example/shop/web:old') {
  const text = [workload('web', released), service, ...others].map((one) => stringify(one)).join('---\n');
  return buildBundle({
    files: new KnownFiles().read({ all: Buffer.from(text).toString('base64') }),
    imageTag: 'v2', strategy: 'auto', namespace: 'shop', image: undefined, ...request,
  });
}
function imagesOf(...args: Parameters<typeof build>): readonly string[] {
  const result = build(...args);
  if (!result.ok) throw new Error(result.findings[0]!.code);
  return [...JSON.stringify(result.value.bundle).matchAll(/"image":"([^"]+)"/g)].map(([, image]) => image!);
}

it('gives the tag to the images beside that of the workload that have the same tag in the manifests, or none', () => {
  expect(imagesOf([
    workload('worker', 'r.example/shop/worker:old', 'r.example/shop/migrate'), workload('proxy', 'r.example/shop/proxy:1.4'),
    workload('pinned', `r.example/shop/pinned@${DIGEST}`), workload('cache', 'r.example/other/cache:old'), workload('db', 'postgres:old'),
  ])).toEqual([
    'r.example/shop/web:v2', 'r.example/shop/worker:v2', 'r.example/shop/migrate:v2', 'r.example/shop/proxy:1.4',
    `r.example/shop/pinned@${DIGEST}`, 'r.example/other/cache:old', 'postgres:old',
  ]);
});

it("leaves official images of Docker Hub alone, which are in one place but not one user's", () =>
  expect(imagesOf([workload('cache', 'redis:old')], {}, 'web:old')).toEqual(['web:v2', 'redis:old']));

it('gives it to those that the policy names, whatever their tag, and to no other', () => {
  const others = [workload('worker', 'r.example/shop/worker:old'), workload('proxy', 'docker.io/acme/proxy:1.4')];
  expect(imagesOf(others, { images: ['acme/proxy'] })).toEqual([
    'r.example/shop/web:v2', 'r.example/shop/worker:old', 'docker.io/acme/proxy:v2',
  ]);
  expect(imagesOf(others, { images: [] })[1]).toBe('r.example/shop/worker:old');
});

it('refuses an image of the policy that no container has', () => {
  const result = build([], { images: ['r.example/shop/web', 'r.example/shop/wroker'] });
  expect(result).toMatchObject({ findings: [{ code: 'image_missing', detail: expect.stringContaining('r.example/shop/wroker') }] });
});

it('gives a digest to the image that it is of', () => {
  const others = [workload('worker', 'r.example/shop/worker:old')];
  expect(imagesOf(others, { imageTag: DIGEST })).toEqual([`r.example/shop/web@${DIGEST}`, 'r.example/shop/worker:old']);
  expect(imagesOf(others, { imageTag: `v2@${DIGEST}` })).toEqual([`r.example/shop/web:v2@${DIGEST}`, 'r.example/shop/worker:v2']);
  const other = `sha256:${'b'.repeat(64)}`;
  const digests = new Map([['r.example/shop/web', DIGEST], ['r.example/shop/worker', other]]);
  expect(imagesOf(others, { digests })).toEqual([`r.example/shop/web:v2@${DIGEST}`, `r.example/shop/worker:v2@${other}`]);
});
