import type { RouteTraffic } from '@alloy/release';
import type { Ingress } from '../routers/nginx-ingress/ingress';
import { weightOn } from '../routers/nginx-ingress/share';
import type { Scenario } from './fixtures';
import type { Rig } from './rig';
import { second, withStable } from './scenarios';

export const PREFIX = 'nginx.ingress.kubernetes.io';

export const ingressTraffic: RouteTraffic = {
  route: { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', name: 'shop' },
  canaryIngress: { name: 'web-canary', annotationPrefix: PREFIX },
  service: 'web', canaryService: 'web-canary', label: { name: 'app', value: 'web-canary' },
};

const pathTo = (path: string, name: string, port: object = { number: 80 }) =>
  ({ path, pathType: 'Prefix', backend: { service: { name, port } } });

/** An Ingress of the user's with paths of the Service and of another one. */
export const userIngress: Ingress = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: {
    name: 'shop', namespace: 'shop',
    annotations: {
      [`${PREFIX}/rewrite-target`]: '/', [`${PREFIX}/auth-url`]: 'https://auth.example.com', 'cert-manager.io/cluster-issuer': 'letsencrypt',
      'argocd.argoproj.io/tracking-id': 'shop',
    },
  },
  spec: {
    ingressClassName: 'nginx',
    tls: [{ hosts: ['shop.example.com'], secretName: 'shop-tls' }],
    rules: [
      { host: 'shop.example.com', http: { paths: [pathTo('/', 'web', { name: 'http' }), pathTo('/docs', 'docs')] } },
      { host: 'docs.example.com', http: { paths: [pathTo('/', 'docs')] } },
    ],
  } as object,
};

/** The second release, by the weight of a canary Ingress. */
export const byIngress = (replicas: number): Scenario => ({ ...second(replicas), traffic: ingressTraffic });

/** A cluster in which v1 runs behind the user's Ingress. */
export async function withIngress(replicas = 5): Promise<Rig> {
  const rig = await withStable(replicas);
  await rig.cluster.create(userIngress);
  return rig;
}

export const canaryIngressIn = (rig: Rig): Ingress | undefined => rig.cluster.find('Ingress', 'web-canary') as Ingress | undefined;
export const ingressWeightIn = (rig: Rig): number => {
  const found = canaryIngressIn(rig);
  return found ? weightOn(found, PREFIX) : 0;
};

/** Its canary annotations by their short names. */
export const canaryAnnotations = ({ metadata }: Ingress): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(metadata.annotations ?? {}).flatMap(([key, value]) =>
      key.startsWith(`${PREFIX}/canary`) ? [[key.slice(PREFIX.length + 1), value]] : [],
    ),
  );
