import type { KubeObject } from '@alloy/contracts';
import type { RouterName } from '@alloy/release';
import type { Story } from '../support/story';
import { deployment, service } from '../support/workload';
import type { MatrixStrategy } from './strategies';

/** A way of dividing the traffic, as the cells of the matrix use it. */
export interface MatrixRouter {
  /** Part of the traffic for which an autoscaler sizes stable in the middle of a gradual release. */
  readonly stableShare: number;
  readonly policy: Readonly<Record<string, unknown>>;
  /** The user's objects, which exist before the first release. */
  readonly objects: readonly KubeObject[];
  /** What a tool restores again and again: the manifest that it had before the release. */
  restored(shop: Story): KubeObject;
  /** Codes of the reasons for which a release is rolled back while the tool restores it; null: it is not affected. */
  healed(strategy: MatrixStrategy): readonly string[] | null;
}

const route: KubeObject = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name: 'shop' },
  spec: { parentRefs: [{ name: 'public' }], rules: [{ name: 'all', backendRefs: [{ name: 'web', port: 80 }] }] },
};

/**
 * Routers whose proxies the playground has not, so that a cell would show nothing of the traffic; each with the spec
 * that releases with it on a real API server.
 */
export const notPlayed = {
  istio: 'test/control-plane/stories/routes.cp.spec.ts',
  traefik: 'test/control-plane/stories/routes.cp.spec.ts',
  smi: 'test/control-plane/stories/routes.cp.spec.ts',
} as const satisfies Partial<Record<RouterName, string>>;
export type PlayedRouter = Exclude<RouterName, keyof typeof notPlayed>;
const ingress: KubeObject = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: 'shop', annotations: { 'nginx.ingress.kubernetes.io/rewrite-target': '/' } },
  spec: {
    ingressClassName: 'nginx',
    rules: [{
      host: 'shop.example.com',
      http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 80 } } } }] },
    }],
  },
};

/** All routers of the matrix by name. */
export const matrixRouters: Readonly<Record<PlayedRouter, MatrixRouter>> = {
  podRatio: {
    stableShare: 1,
    policy: {},
    objects: [],
    restored: ({ project }) => {
      const web = deployment({ image: 'registry.example.com/shop/web:v1', replicas: null });
      return { ...web, metadata: { ...web.metadata, namespace: project } };
    },
    healed: () => ['progress_deadline'],
  },
  gatewayApi: {
    stableShare: 0.5,
    policy: { traffic: { router: 'gatewayApi', drainSeconds: 1 } },
    objects: [route],
    restored: ({ project }) => ({ ...route, metadata: { ...route.metadata, namespace: project } }),
    healed: ({ hasCanary }) => (hasCanary ? ['traffic_drifted'] : null),
  },
  nginxIngress: {
    stableShare: 0.5,
    policy: { traffic: { router: 'nginxIngress', drainSeconds: 1 } },
    objects: [ingress],
    restored: ({ project }) => ({ ...ingress, metadata: { ...ingress.metadata, namespace: project } }),
    // The tool's own Ingress is not written.
    healed: () => null,
  },
  serviceSelector: {
    stableShare: 1,
    policy: {},
    objects: [],
    restored: ({ project }) => ({ ...service(), metadata: { name: 'web', namespace: project } }),
    // The promotion comes before the watcher, or after it.
    healed: () => ['service_rewritten', 'traffic_drifted'],
  },
};
