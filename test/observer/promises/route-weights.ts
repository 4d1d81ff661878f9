import type { KubeObject } from '@alloy/contracts';

type Weights = ReadonlyArray<readonly [service: string, weight: number]>;

interface Backend {
  readonly kind?: string;
  readonly name: string;
  readonly weight?: number;
}
interface Destination {
  readonly destination: { readonly host: string };
  readonly weight?: number;
}
interface Spec {
  readonly rules?: ReadonlyArray<{
    readonly backendRefs?: readonly Backend[];
    readonly http?: { readonly paths: ReadonlyArray<{ readonly backend: { readonly service: { readonly name: string } } }> };
  }>;
  readonly weighted?: { readonly services?: readonly Backend[] };
  readonly backends?: ReadonlyArray<{ readonly service: string; readonly weight: number }>;
  readonly [protocol: string]: unknown;
}

const named = (backends: readonly Backend[]): Weights =>
  backends.filter(({ kind = 'Service' }) => kind === 'Service').map(({ name, weight = 1 }) => [name, weight]);
const byRules = ({ rules = [] }: Spec): Weights => named(rules.flatMap(({ backendRefs = [] }) => backendRefs));

/** A host is the Service of its first part; a single destination without a weight gets everything. */
const byHosts = (spec: Spec): Weights =>
  ['http', 'tls', 'tcp'].flatMap((protocol) => (spec[protocol] ?? []) as ReadonlyArray<{ readonly route?: readonly Destination[] }>)
    .flatMap(({ route = [] }) =>
      route.map(({ destination: { host }, weight = route.length > 1 ? 0 : 1 }): Weights[number] => [host.split('.', 1)[0]!, weight]));

const CANARY = 'nginx.ingress.kubernetes.io/canary';

/** Of a canary Ingress: its weight, and all of the traffic if requests match. Another Ingress has no weights. */
function byIngress({ rules = [] }: Spec, { metadata: { annotations = {} } }: KubeObject): Weights {
  if (annotations[CANARY] !== 'true') return [];
  const hasMatch = [`${CANARY}-by-header`, `${CANARY}-by-cookie`].some((name) => annotations[name] !== undefined);
  const number = (name: string, missing: number): number => Number(annotations[`${CANARY}-${name}`] ?? missing);
  const weight = hasMatch ? 100 : (100 * number('weight', 0)) / number('weight-total', 100);
  const services = rules.flatMap(({ http }) => http?.paths ?? []).map(({ backend }) => backend.service.name);
  return [...new Set(services)].map((service) => [service, weight]);
}

/** The weights of Services in each kind of route. */
const readers: Readonly<Record<string, (spec: Spec, route: KubeObject) => Weights>> = {
  HTTPRoute: byRules,
  GRPCRoute: byRules,
  VirtualService: byHosts,
  TraefikService: ({ weighted }) => named(weighted?.services ?? []),
  TrafficSplit: ({ backends = [] }) => backends.map(({ service, weight }) => [service, weight]),
  Ingress: byIngress,
};

export const isRoute = ({ kind }: KubeObject): boolean => Object.hasOwn(readers, kind);

/** Sum of the weights of each Service in all rules. */
export function weightsOf(route: KubeObject): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  const weights = readers[route.kind]!((route['spec'] ?? {}) as Spec, route);
  for (const [service, weight] of weights) sums.set(service, (sums.get(service) ?? 0) + weight);
  return sums;
}
