import type { KubeObject } from '@alloy/contracts';
import type { RouteFormat } from '../weighted-route/route-format';

/** A backend of a TrafficSplit: a Service of its namespace, with its part of the sum of the weights. */
export interface SplitBackend {
  readonly service: string;
  readonly weight: number;
}

/** The fields of a TrafficSplit that Alloy reads. */
export interface TrafficSplit extends KubeObject {
  readonly spec?: { readonly backends?: readonly SplitBackend[] };
}

const GROUP = 'split.smi-spec.io';

/** TrafficSplit: one rule, for the clients of a Service. The weights of v1alpha1 are quantities. */
export const smiFormat: RouteFormat<TrafficSplit, SplitBackend> = {
  kinds: [{ apiVersions: [`${GROUP}/v1alpha4`, `${GROUP}/v1alpha3`, `${GROUP}/v1alpha2`], kind: 'TrafficSplit' }],
  maxWeight: 1_000_000,
  rulesOf: ({ spec }) => (spec?.backends ? [spec.backends] : []),
  serviceOf: ({ service }) => service,
  weightOf: ({ weight }) => weight,
  weighed: (backend, weight) => ({ ...backend, weight: weight ?? 1 }),
  renamed: (backend, service) => ({ ...backend, service }),
  // It has no status.
  isAccepted: () => true,
  withoutManaged: (route) => route,
  fieldsOf: ({ spec }) => ({ backends: spec?.backends ?? [] }),
  fieldsWith: ({ spec }, _backends, changed) => ({ backends: changed.get(0) ?? spec?.backends ?? [] }),
  unfit: () => undefined,
};
