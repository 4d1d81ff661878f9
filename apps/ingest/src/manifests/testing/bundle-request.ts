import { stringify } from 'yaml';
import { buildBundle, type BundleRequest } from '../build-bundle';
import { KnownFiles } from '../known-files';

export const deployment = () => ({
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', labels: { app: 'web' } },
  spec: {
    replicas: 5,
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'localhost:5000/shop/web:old' }] } },
  },
});
export const service = () => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web' },
  spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
});
export const secret = () => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'web' }, stringData: { password: 'canary-bird' } });
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests modify objects on purpose
export type Loose = Record<string, any>;
export const base64 = (value: unknown) => Buffer.from(typeof value === 'string' ? value : stringify(value)).toString('base64');

export const request = (files: Record<string, string>, rest: Partial<BundleRequest> = {}): BundleRequest => ({
  files: new KnownFiles().read(files),
  imageTag: 'v1',
  strategy: 'auto',
  namespace: 'shop',
  image: undefined,
  ...rest,
});
export const good = () => ({ service: base64(service()), deployment: base64(deployment()) });
export const findingsOf = (files: Record<string, string>, rest?: Partial<BundleRequest>) => {
  const result = buildBundle(request(files, rest));
  return result.ok ? [] : result.findings;
};
export const changed = (change: (object: Loose) => void, object: Loose = deployment()): string => {
  change(object);
  return base64(object);
};
export const pod = (object: Loose): Loose => object['spec'].template.spec;

export const d = (change: (object: Loose) => void) => () => ({ ...good(), deployment: changed(change) });
export const s = (change: (object: Loose) => void) => () => ({ ...good(), secret: changed(change, secret()) });
export const plus = (object: unknown) => () => ({ ...good(), other: base64(object) });
export const object = (apiVersion: string, kind: string, rest: object = {}) => ({ apiVersion, kind, metadata: { name: 'x' }, ...rest });

/** A Deployment that no Service selects. */
export const follower = (name: string, image = 'r.example/worker:1') => ({
  ...deployment(),
  metadata: { name },
  spec: {
    replicas: 0,
    selector: { matchLabels: { app: name } },
    strategy: { type: 'Recreate' },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'a', image }] } },
  },
});
