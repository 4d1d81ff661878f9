import type { KubeObject } from '@alloy/contracts';
import { keyOf, type Step, type World } from '../revision';
import { targetsOf } from '../targets';
import type { Judgement, Violation } from '../violation';
import type { EndpointsInput } from './endpoints';

interface Backend {
  readonly kind?: string;
  readonly name: string;
  readonly weight?: number;
}

/**
 * P2 for routes: no write of Alloy gives a Service without ready addresses a part of the traffic, or a greater part,
 * and none deletes a Service that still has a part.
 */
export function checkRoutes({ steps, isAlloys }: EndpointsInput): Judgement {
  const violations: Violation[] = [];
  let judged = 0;
  for (const step of steps.filter((one) => isAlloys(one))) {
    const { object, type, at } = step.revision;
    if (isRoute(object) && type === 'stored') {
      judged += 1;
      const dead = raisedBy(step).filter((service) => targetsOf(step.after, service).length === 0);
      const text = (service: string): string => `${nameOf(object)} sends traffic to Service ${service}, which has no ready address`;
      violations.push(...dead.map((service) => violation(at, text(service))));
    }
    if (object.kind !== 'Service' || type !== 'deleted') continue;
    judged += 1;
    const using = routesOf(step.before).filter((route) => (weightsOf(route).get(object.metadata.name) ?? 0) > 0);
    const text = (route: KubeObject): string => `Service ${object.metadata.name} is deleted while ${nameOf(route)} sends traffic to it`;
    violations.push(...using.map((route) => violation(at, text(route))));
  }
  return { violations, judged };
}

const isRoute = ({ kind }: KubeObject): boolean => ['HTTPRoute', 'GRPCRoute', 'Ingress'].includes(kind);
const routesOf = (world: World): readonly KubeObject[] => [...world.values()].filter(isRoute);
const nameOf = ({ kind, metadata }: KubeObject): string => `${kind} ${metadata.name}`;

/** Services whose sum of weights in the route's rules the step raises. */
function raisedBy({ revision: { object }, before }: Step): readonly string[] {
  const was = before.get(keyOf(object));
  const old = was ? weightsOf(was) : new Map<string, number>();
  return [...weightsOf(object)].filter(([service, weight]) => weight > (old.get(service) ?? 0)).map(([service]) => service);
}

/** Sum of the weights of each Service in all rules. */
function weightsOf(route: KubeObject): ReadonlyMap<string, number> {
  if (route.kind === 'Ingress') return canaryWeights(route);
  const { rules = [] } = (route['spec'] ?? {}) as { readonly rules?: ReadonlyArray<{ readonly backendRefs?: readonly Backend[] }> };
  const sums = new Map<string, number>();
  for (const { kind = 'Service', name, weight = 1 } of rules.flatMap(({ backendRefs = [] }) => backendRefs))
    if (kind === 'Service') sums.set(name, (sums.get(name) ?? 0) + weight);
  return sums;
}

const CANARY = 'nginx.ingress.kubernetes.io/canary';

/** Of a canary Ingress: its weight, and all of the traffic if requests match. Another Ingress has no weights. */
function canaryWeights({ metadata: { annotations = {} }, spec }: KubeObject): ReadonlyMap<string, number> {
  if (annotations[CANARY] !== 'true') return new Map();
  const hasMatch = [`${CANARY}-by-header`, `${CANARY}-by-cookie`].some((name) => annotations[name] !== undefined);
  const number = (name: string, missing: number): number => Number(annotations[`${CANARY}-${name}`] ?? missing);
  const weight = hasMatch ? 100 : (100 * number('weight', 0)) / number('weight-total', 100);
  const { rules = [] } = spec as { readonly rules?: ReadonlyArray<{ readonly http: { readonly paths: readonly IngressPath[] } }> };
  return new Map(rules.flatMap(({ http }) => http.paths.map(({ backend }) => [backend.service.name, weight] as const)));
}

interface IngressPath {
  readonly backend: { readonly service: { readonly name: string } };
}

const violation = (at: number, what: string): Violation => ({ promise: 'P2', at, text: `${what}, by a write of Alloy` });
