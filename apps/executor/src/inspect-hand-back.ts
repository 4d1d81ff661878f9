import { findLeftSwitch, findTraffic, readLive, standing, type Live, type Owner } from '@alloy/cluster';
import type { Context, Payloads, StateOf } from '@alloy/release';
import type { ExecutorPorts } from './executor-ports';
import { routeAsked } from './read-routing';

type Inspected = Payloads['TargetInspected'];

/**
 * The state of a workload that is to be handed back. No release follows, so nothing of it is compared, adopted, probed
 * or tried: a paused, changed or deleted workload can be handed back, too.
 */
export async function inspectHandBack(
  { project, environment, releaseId, request: { workload } }: StateOf<'gated'>, { policy: { namespace, traffic }, slot }: Context,
  { cluster, installation }: Pick<ExecutorPorts, 'cluster' | 'installation'>,
): Promise<Inspected> {
  const live = await readLive(cluster, { namespace, workload, project, shared: [] });
  const { web, hpa } = live;
  const owner: Owner = { project, environment, releaseId, fence: { installation, slot: slot.counter + 1, version: 0 } };
  const routing =
    web && traffic
      ? await findTraffic(cluster, { ...routeAsked(traffic), namespace, owner, deployment: web.object, objects: [], managed: [] })
      : undefined;
  const left = await findLeftSwitch(cluster, namespace, live, owner);
  return {
    exists: web !== null, replicas: web?.replicas ?? 0, ready: web?.ready ?? 0, owner: ownerOf(web, owner), hpa: hpa !== null,
    refusal: null,
    ...(routing && 'traffic' in routing && { traffic: routing.traffic }),
    ...(left && { traffic: left.traffic }),
  };
}

function ownerOf(web: Live['web'], owner: Owner): Inspected['owner'] {
  if (!web) return 'none';
  const found = standing(web.object, owner);
  return found === 'foreign' || found === 'unowned' ? found : 'alloy';
}
