import type { KubeObject } from '@alloy/contracts';

/** A path of a rule; Alloy reads its backend, and copies the rest. */
export interface IngressPath {
  readonly path?: string;
  readonly pathType?: string;
  readonly backend: IngressBackend;
}

export interface IngressBackend {
  readonly service?: { readonly name: string; readonly port?: Readonly<Record<string, unknown>> };
  readonly resource?: unknown;
}

export interface IngressRule {
  /** Absent: every host. */
  readonly host?: string;
  readonly http?: { readonly paths: readonly IngressPath[] };
}

/** The fields of an Ingress (networking.k8s.io/v1) that Alloy reads. */
export interface Ingress extends KubeObject {
  readonly spec?: {
    readonly ingressClassName?: string;
    readonly defaultBackend?: IngressBackend;
    readonly rules?: readonly IngressRule[];
  };
}

export const canaryIngressRef = ({ name }: { readonly name: string }) => ({ apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', name });

export const pathsOf = (ingress: Ingress): readonly IngressPath[] => (ingress.spec?.rules ?? []).flatMap(({ http }) => http?.paths ?? []);

/** The rules with only the paths of the Service, which have another Service as backend instead; their ports stay. */
export const rulesFor = (ingress: Ingress, service: string, instead: string): readonly IngressRule[] =>
  (ingress.spec?.rules ?? []).flatMap(({ http, ...rule }) => {
    const paths = (http?.paths ?? []).flatMap((path) =>
      path.backend.service?.name === service ? [{ ...path, backend: { service: { ...path.backend.service, name: instead } } }] : [],
    );
    return paths.length > 0 ? [{ ...rule, http: { paths } }] : [];
  });

/** Host and path of each path of an Ingress, for comparison. */
export const placesOf = (ingress: Ingress): readonly string[] =>
  (ingress.spec?.rules ?? []).flatMap(({ host = '', http }) => (http?.paths ?? []).map(({ path = '/' }) => `${host}${path}`));
