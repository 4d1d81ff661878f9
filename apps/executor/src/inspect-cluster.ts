import {
  inspect, isClusterError, missingForRunning, missingReferences, namespaceMissing, probeStable,
  readDeployments, readLive, unservedOf, type Adopted, type Cluster, type InspectInput, type Live,
} from '@alloy/cluster';
import type { Bundle, KubeObject } from '@alloy/contracts';
import {
  wantsBaseline, wantsBlueGreen, wantsCanary, wantsRollout, type Context, type Identity, type Payloads, type Refusal, type StableRef,
} from '@alloy/release';
import { compareLive } from './compare-live';
import type { InspectionPorts } from './executor-ports';
import { prunePlanOf, readEarlier } from './plan-prune';
import { readRoute, readSwitch } from './read-routing';
import { TriedWrites } from './tried-writes';

/** The inspection of a cluster that the executor could not read. */
export const notInspected: Payloads['TargetInspected'] = { exists: false, replicas: 0, ready: 0, owner: 'none', hpa: false, refusal: null };

/** A release, or one that is only planned. */
export interface Subject extends Identity {
  readonly request: Payloads['ReleaseRequested'];
  /** Called with what was read, before the other requests. */
  readonly onLive?: (live: Live) => void;
}

export interface InspectedCluster {
  readonly inspected: Payloads['TargetInspected'];
  /** All that refuses the release; the first one is in `inspected`. */
  readonly refusals: readonly Refusal[];
  /** Null: the namespace does not exist. */
  readonly live: Live | null;
  /**
   * The running version, if it becomes the version to roll back to: one that Alloy has sealed, or one to seal. Null:
   * the recorded one stays.
   */
  readonly becomes: { readonly ref: StableRef } | { readonly adopted: Exclude<Adopted, string> } | null;
}

/**
 * Reads the cluster live and tries the writes of the release by dry run. Writes nothing, to the cluster or elsewhere.
 */
export async function inspectCluster(
  subject: Subject, bundle: Bundle, context: Context, ports: InspectionPorts,
): Promise<InspectedCluster> {
  const { project, environment, releaseId } = subject;
  const fence = { installation: ports.installation, slot: context.slot.counter + 1, version: 0 };
  const tried = new TriedWrites({ project, environment, releaseId, fence }, context.policy.namespace, ports);
  try {
    return await inspectWith(tried, subject, bundle, context, ports);
  } finally {
    tried.end();
  }
}

async function inspectWith(
  tried: TriedWrites, subject: Subject, bundle: Bundle, { policy, stable }: Context, ports: InspectionPorts,
): Promise<InspectedCluster> {
  const { namespace, owner } = tried;
  const { project, request } = subject;
  const { workload, objects: shared } = bundle;
  const onShared = (manifest: KubeObject, found?: KubeObject): void => tried.begin(manifest, found);
  const replicaSet = (...key: readonly [string, string]) => ports.informers.replicaSet(...key);
  const reads = Promise.all([
    readLive(ports.cluster, { namespace, workload, project, shared, onShared }, { replicaSet }),
    readDeployments(ports.cluster, namespace),
    unservedOf(ports.cluster, shared),
    missingReferences(ports.cluster, namespace, bundle),
    readEarlier({ policy, stable }, owner, ports),
    readRoute({ namespace, owner }, bundle, { policy, request }, ports),
  ]);
  // Where the namespace is missing, the executor may lack the permission to read in it.
  reads.catch(() => undefined);
  if (await isMissing(ports.cluster, namespace)) {
    const refusal = namespaceMissing(namespace);
    return { inspected: { ...notInspected, refusal }, refusals: [refusal], live: null, becomes: null };
  }
  const [live, deployments, unserved, missing, made, route] = await reads;
  subject.onLive?.(live);
  const routing = route ?? (await readSwitch({ namespace, owner, live, deployments }, bundle, { policy, request, stable }, ports));
  const compared = await compareLive(live, stable, { owner, namespace, workload }, ports);
  const isNew = compared ? compared.comparison.running !== null : stable === null;
  const absent = isNew ? await missingForRunning(ports.cluster, namespace, live, compared?.comparison) : [];
  const asksForCanary = wantsBlueGreen(request.strategy, policy) || wantsCanary(request.strategy, policy, stable);
  const rollout = wantsRollout(request.strategy, policy, stable) && !request.emergency ? policy.rollout : undefined;
  const input: InspectInput = {
    bundle, live, owner,
    wantsCanary: asksForCanary,
    wantsBaseline: wantsBaseline(request.strategy, policy, stable),
    deployments, unserved, routing,
    canary: policy.canary,
    rollout,
    hasStable: stable !== null,
    comparison: compared?.comparison,
    missing: absent,
    // A rollback says which version is wanted, and must not be refused in an emergency.
    onDrift: policy.onDrift === 'refuse' && request.rollbackOf !== null ? 'adopt' : policy.onDrift,
  };
  const { inspected: answered, refusals, adopted } = await tried.addTo(inspect(input), input);
  const becomes = adopted === 'labelled' ? { ref: compared!.labelled! } : adopted && { adopted };
  const before = becomes ? ('ref' in becomes ? becomes.ref : becomes.adopted.bundle) : (stable ?? null);
  const prune = await prunePlanOf(subject, { owner, namespace, bundle, made, deployments, stable: before ?? null }, ports);
  const inspected = { ...answered, ...(missing.length > 0 && { missing }), ...(prune && !answered.refusal && { prune }) };
  if (policy.analysis.mode !== 'auto' || !(asksForCanary || rollout?.steps) || !live.web || live.web.replicas === 0 || inspected.refusal) {
    return { inspected, refusals, live, becomes };
  }
  const metrics = await probeStable(ports.cluster, namespace, live.web.object, policy.analysis.requests);
  return { inspected: { ...inspected, metrics }, refusals, live, becomes };
}

async function isMissing(cluster: Cluster, name: string): Promise<boolean> {
  try {
    return (await cluster.get({ apiVersion: 'v1', kind: 'Namespace', name })) === undefined;
  } catch (error) {
    // A client without the right to read namespaces gets the error at its first write.
    if (isClusterError(error, 'forbidden')) return false;
    throw error;
  }
}
