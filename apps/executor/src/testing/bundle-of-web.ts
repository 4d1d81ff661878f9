import type { Bundle, KubeObject } from '@alloy/contracts';
import { NAMESPACE } from './world';

export interface WebParts {
  readonly container?: object;
  readonly pod?: object;
  readonly ports?: readonly object[];
  /** Further fields of the Service's spec. */
  readonly service?: object;
  readonly others?: readonly KubeObject[];
}

export const metadata = (name: string): KubeObject['metadata'] => ({ name, namespace: NAMESPACE });

/** A plain Deployment with a Service, and with the given parts. */
export function bundleOfWeb(tag: string, { container = {}, pod = {}, ports, service = {}, others = [] }: WebParts = {}): Bundle {
  const web = { name: 'web', image: `registry.example/shop:${tag}`, ports: [{ name: 'http', containerPort: 8080 }], ...container };
  const template = { metadata: { labels: { app: 'web' } }, spec: { ...pod, containers: [web] } };
  const routes = ports ?? [{ name: 'http', port: 80, targetPort: 'http' }];
  return {
    workload: 'web',
    objects: [
      {
        apiVersion: 'apps/v1', kind: 'Deployment', metadata: metadata('web'),
        spec: { replicas: 2, selector: { matchLabels: { app: 'web' } }, template },
      },
      { apiVersion: 'v1', kind: 'Service', metadata: metadata('web'), spec: { selector: { app: 'web' }, ports: routes, ...service } },
      ...others,
    ],
  };
}
