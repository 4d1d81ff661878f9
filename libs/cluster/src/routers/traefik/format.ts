import type { KubeObject } from '@alloy/contracts';
import type { RouteFormat } from '../weighted-route/route-format';

/** A service of a TraefikService with weights. */
export interface WeightedService {
  /** Default Service; TraefikService is another one of Traefik's. */
  readonly kind?: string;
  readonly name: string;
  /** Default: the namespace of the TraefikService. */
  readonly namespace?: string;
  readonly port?: number | string;
  /** Default 1. */
  readonly weight?: number;
}

/** The fields of a TraefikService that Alloy reads; one that mirrors or fails over has no weights. */
export interface TraefikService extends KubeObject {
  readonly spec?: { readonly weighted?: { readonly services?: readonly WeightedService[] } };
}

/** TraefikService: one rule, for the routers (IngressRoutes) that name it. */
export const traefikFormat: RouteFormat<TraefikService, WeightedService> = {
  kinds: [{ apiVersions: ['traefik.io/v1alpha1'], kind: 'TraefikService' }],
  maxWeight: 1_000_000,
  rulesOf: ({ spec }) => (spec?.weighted?.services ? [spec.weighted.services] : []),
  serviceOf: ({ kind = 'Service', name, namespace }, { metadata }) =>
    (kind === 'Service' && (namespace ?? metadata.namespace) === metadata.namespace ? name : undefined),
  weightOf: ({ weight }) => weight ?? null,
  weighed: ({ weight: _old, ...service }, weight) => (weight === null ? service : { ...service, weight }),
  renamed: (service, name) => ({ ...service, name }),
  // It has no status.
  isAccepted: () => true,
  withoutManaged: (route) => route,
  fieldsOf: ({ spec }) => ({ ...(spec?.weighted && { weighted: spec.weighted }) }),
  fieldsWith({ spec }, _backends, changed) {
    const services = changed.get(0);
    return { ...(spec?.weighted && { weighted: { ...spec.weighted, ...(services && { services }) } }) };
  },
  unfit: () => undefined,
};
