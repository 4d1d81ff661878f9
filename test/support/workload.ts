import type { KubeObject } from '@alloy/contracts';

export interface WorkloadOptions {
  /** Default 2. null: not in the manifest. */
  readonly replicas?: number | null;
  /** Additional fields of the only container. */
  readonly container?: Readonly<Record<string, unknown>>;
  /** Additional fields of the pod's spec. */
  readonly pod?: Readonly<Record<string, unknown>>;
  /** Of the pods. */
  readonly annotations?: Readonly<Record<string, string>>;
  readonly image?: string;
}

export const WEB = 'web';

/** A Deployment `web` of a small web server. */
export const deployment = ({
  replicas = 2,
  container,
  pod,
  annotations = {},
  image = 'registry.example.com/shop/web:replaced',
}: WorkloadOptions = {}): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: WEB },
  spec: {
    ...(replicas === null ? {} : { replicas }),
    selector: { matchLabels: { app: WEB } },
    template: {
      metadata: { labels: { app: WEB }, annotations },
      spec: {
        containers: [
          {
            name: WEB,
            image,
            ports: [{ name: 'http', containerPort: 8080 }],
            readinessProbe: { httpGet: { path: '/healthz', port: 'http' } },
            ...container,
          },
        ],
        ...pod,
      },
    },
  },
});

/** Its Service; the playground sends it `rps` requests per second, default 60. */
export const service = (rps = 60): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: WEB, annotations: { 'playground.alloy.dev/traffic-rps': String(rps) } },
  spec: { selector: { app: WEB }, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
});

export const configMap = (name: string, data: Readonly<Record<string, string>>): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data,
});

export const secret = (name: string, stringData: Readonly<Record<string, string>>): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name },
  type: 'Opaque',
  stringData,
});
