import type { KubeObject } from '@alloy/contracts';
import type { RouteTraffic } from '@alloy/release';
import { withoutManaged } from '../routers/gateway-api/managed-rules';
import type { Route } from '../routers/gateway-api/route';
import { mostOn } from '../routers/gateway-api/weights';
import { at, bundleOf, planOf, rollingBack, type Scenario } from './fixtures';
import type { Rig } from './rig';
import { second, texts, withStable } from './scenarios';

export const traffic: RouteTraffic = {
  route: { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', name: 'shop' },
  service: 'web', canaryService: 'web-canary', label: { name: 'app', value: 'web-canary' },
};

/** A route with a rule of the user's, and one that concerns other Services. */
export const route: Route = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name: 'shop', namespace: 'shop', annotations: { team: 'shop' } },
  spec: {
    parentRefs: [{ name: 'public' }],
    rules: [
      { name: 'all', filters: [{ type: 'URLRewrite' }], timeouts: { request: '5s' }, backendRefs: [{ name: 'web', port: 80, weight: 1 }] },
      { backendRefs: [{ name: 'docs', port: 80 }] },
    ],
  } as object,
};

/** The second release, by the weights of a route. */
export const routed = (replicas: number): Scenario => ({ ...second(replicas), traffic });

export const stepOf = (kind: string, nth = 0, replicas = 5): number =>
  planOf(routed(replicas)).steps.flatMap((step, index) => (step.kind === kind ? [index] : []))[nth]!;

/** A cluster in which v1 runs behind the route. */
export async function withRoute(replicas = 5): Promise<Rig> {
  const rig = await withStable(replicas);
  await rig.cluster.create(route);
  return rig;
}

export const routeIn = (rig: Rig): Route => rig.cluster.find('HTTPRoute', 'shop') as Route;
export const weightIn = (rig: Rig): number => {
  const found = rig.cluster.find('HTTPRoute', 'shop');
  return found ? mostOn(withoutManaged(found as Route, traffic), traffic) : 0;
};

/** Performs one step of the release; all pods become ready. */
export async function perform(rig: Rig, index: number, replicas = 5) {
  const result = await rig.finish(at(routed(replicas), index, 2 + index), bundleOf('v2'), bundleOf('v1'));
  while (rig.settle());
  return { ...result, texts: texts(result.writes) };
}

/** Performs the steps before `until`. */
export async function performUntil(rig: Rig, until: number, replicas = 5): Promise<void> {
  for (let index = 0; index < until; index += 1) {
    if (planOf(routed(replicas)).steps[index]!.kind !== 'analyse') await perform(rig, index, replicas);
  }
}

export async function rollBack(rig: Rig, from: 'releasing' | 'promoting' = 'releasing', replicas = 5) {
  const result = await rig.finish(rollingBack(routed(replicas), from, 40), bundleOf('v2'), bundleOf('v1'));
  return { ...result, texts: texts(result.writes) };
}

/** The route without what the API server writes. */
export const contentOf = ({ metadata: { annotations }, ...object }: KubeObject): unknown => ({ annotations, spec: object['spec'] });
