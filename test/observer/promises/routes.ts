import type { KubeObject } from '@alloy/contracts';
import { keyOf, type Step, type World } from '../revision';
import { targetsOf } from '../targets';
import type { Judgement, Violation } from '../violation';
import type { EndpointsInput } from './endpoints';
import { isRoute, weightsOf } from './route-weights';

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

const routesOf = (world: World): readonly KubeObject[] => [...world.values()].filter(isRoute);
const nameOf = ({ kind, metadata }: KubeObject): string => `${kind} ${metadata.name}`;

/** Services whose sum of weights in the route's rules the step raises. */
function raisedBy({ revision: { object }, before }: Step): readonly string[] {
  const was = before.get(keyOf(object));
  const old = was ? weightsOf(was) : new Map<string, number>();
  return [...weightsOf(object)].filter(([service, weight]) => weight > (old.get(service) ?? 0)).map(([service]) => service);
}

const violation = (at: number, what: string): Violation => ({ promise: 'P2', at, text: `${what}, by a write of Alloy` });
