import {
  deploymentOf, findLeftSwitch, findSwitch, findTraffic, type Deployment, type FoundTraffic, type Live, type Owner,
} from '@alloy/cluster';
import type { Bundle } from '@alloy/contracts';
import {
  affinityRoutes, managedRoutesAfter, stepsAsked, wantsBlueGreen, wantsCanary, type Context, type ManagedRoute, type Payloads,
} from '@alloy/release';
import type { InspectionPorts } from './executor-ports';

interface Place {
  readonly namespace: string;
  readonly owner: Owner;
}

type Asked = Pick<Context, 'policy'> & { readonly request: Payloads['ReleaseRequested'] };

/** What the policy says of the route. */
export const routeAsked = ({ router, route, rules, ingress, annotationPrefix }: NonNullable<Context['policy']['traffic']>) =>
  ({ router, route: ingress ?? route, rules, annotationPrefix });

/** The route of a policy with a router that has one. Undefined: none is needed. */
export async function readRoute(
  { namespace, owner }: Place, bundle: Bundle, { policy, request }: Asked, { cluster }: InspectionPorts,
): Promise<FoundTraffic | undefined> {
  const { traffic } = policy;
  if (!traffic || traffic.router === 'podRatio') return undefined;
  if (wantsBlueGreen(request.strategy, policy)) {
    const text = `blueGreen switches the selector of a Service, and the policy has the router ${traffic.router}, which divides by weights`;
    return { refusal: { code: 'strategy_unsupported', text } };
  }
  return findTraffic(cluster, {
    ...routeAsked(traffic), namespace, owner, deployment: deploymentOf(bundle), objects: bundle.objects,
    managed: routesAsked(managedRoutesAfter(stepsAsked(request.strategy, policy)), policy, owner.releaseId),
  });
}

/** With those that keep users on a version, which are the same at each weight but for the value of their cookies. */
function routesAsked(
  managed: ReadonlyArray<readonly ManagedRoute[]>, policy: Context['policy'], releaseId: string,
): ReadonlyArray<readonly ManagedRoute[]> {
  const kept = affinityRoutes({ policy, releaseId, weight: 50 });
  return kept.length === 0 ? managed : [kept, ...managed.map((routes) => [...routes, ...kept])];
}

type Found = Place & { readonly live: Live; readonly deployments: readonly Deployment[] };

/**
 * The Services that the release switches, or those that an earlier one has left switched, which a release with another
 * strategy gives back. Undefined: there are none.
 */
export async function readSwitch(
  { namespace, owner, live, deployments }: Found, bundle: Bundle, { policy, request, stable }: Asked & Pick<Context, 'stable'>,
  { cluster }: InspectionPorts,
): Promise<FoundTraffic | undefined> {
  if (wantsBlueGreen(request.strategy, policy)) {
    const web = live.web?.object ?? null;
    const deployment = deploymentOf(bundle);
    return findSwitch(cluster, namespace, { deployment, web, objects: bundle.objects, policy: policy.blueGreen, owner, deployments });
  }
  const left = await findLeftSwitch(cluster, namespace, live, owner);
  if (!left) return undefined;
  if (!wantsCanary(request.strategy, policy, stable)) return { traffic: left.traffic };
  if (!left.isSwitched) return undefined;
  const text =
    `an earlier release has left Service ${left.traffic.service} switched, which a canary can not share: ` +
    'release by rollout or blueGreen first';
  return { refusal: { code: 'service_unsuitable', text } };
}
