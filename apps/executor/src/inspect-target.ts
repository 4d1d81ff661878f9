import {
  inspect, isClusterError, missingReferences, namespaceMissing, probeStable, readDeployments, readLive, unservedOf, type Adopted,
  type Cluster, type InspectInput,
} from '@alloy/cluster';
import { crashPoint, imageParts, type Bundle } from '@alloy/contracts';
import { VersionConflict } from '@alloy/event-store';
import type { Loaded } from '@alloy/ledger';
import {
  aboutTarget, handsBack, wantsCanary, type Context, type Payloads, type ReleaseEvent, type StableRef, type StateOf,
} from '@alloy/release';
import { nodeActor } from '@alloy/service';
import { compareLive } from './compare-live';
import { acted, idle, type ExecutorPorts, type Progress } from './executor-ports';
import { factId } from './fact-ids';
import { inspectHandBack } from './inspect-hand-back';
import { prunePlanOf, readEarlier } from './plan-prune';
import { finalRefusalOf } from './refusal-of';
import { tryWrites } from './try-writes';

type Gated = StateOf<'gated'>;

/**
 * Inspects the cluster with live reads, seals the running version if Alloy does not know it yet, and appends the
 * result.
 */
export async function inspectTarget(state: Gated, loaded: Loaded, ports: ExecutorPorts): Promise<Progress> {
  const context = await ports.log.context(state);
  const { cluster, policy: { namespace } } = context;
  const target = { cluster, namespace, workload: state.request.workload };
  const events = (await inspectionEvents(state, context, ports)).map((event) => aboutTarget(event, target));
  const gate = loaded.events.filter(({ type }) => type === 'GateOpened').at(-1)?.version ?? 0;
  const ids = events.map(({ type }) => factId(state.releaseId, gate, type));
  try {
    crashPoint('executor.after-inspection');
    // At the version of the folded state: an inspection that began before a newer decision must not count.
    await ports.log.append(state, events, { expected: state.version, actor: nodeActor('executor'), ids });
  } catch (error) {
    if (error instanceof VersionConflict) return idle;
    throw error;
  }
  for (const { type } of events) ports.onOutcome?.(state.releaseId, type);
  return acted;
}

async function inspectionEvents(state: Gated, context: Context, ports: ExecutorPorts): Promise<readonly ReleaseEvent[]> {
  try {
    const object = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: context.policy.namespace, name: state.request.workload };
    ports.attempts?.track(state.releaseId, { decision: state.gate, object });
    if (handsBack(state)) return [{ type: 'TargetInspected', data: await inspectHandBack(state, context, ports) }];
    const bundle = await ports.artifacts.open(state.request.artifact);
    const { inspected, stable } = await inspectLive(state, bundle, context, ports);
    return [...(stable ? [{ type: 'StableAdopted', data: { stable } } as const] : []), { type: 'TargetInspected', data: inspected }];
  } catch (error) {
    const refusal = finalRefusalOf(error);
    if (!refusal) throw error;
    return [{ type: 'TargetInspected', data: { ...notInspected, refusal } }];
  }
}

/** The inspection of a cluster that the executor could not read. */
export const notInspected: Payloads['TargetInspected'] = { exists: false, replicas: 0, ready: 0, owner: 'none', hpa: false, refusal: null };

interface Inspected {
  readonly inspected: Payloads['TargetInspected'];
  /** The running version, if it becomes the version to roll back to. */
  readonly stable: StableRef | null;
}

async function inspectLive(state: Gated, bundle: Bundle, { policy, slot, stable }: Context, ports: ExecutorPorts): Promise<Inspected> {
  const { namespace } = policy;
  const { workload, objects: shared } = bundle;
  const scope = { namespace, workload, project: state.project, shared };
  const owner = {
    project: state.project, environment: state.environment, releaseId: state.releaseId,
    fence: { installation: ports.installation, slot: slot.counter + 1, version: 0 },
  };
  const reads = Promise.all([
    readLive(ports.cluster, scope, { replicaSet: (...key) => ports.informers.replicaSet(...key) }),
    readDeployments(ports.cluster, namespace),
    unservedOf(ports.cluster, shared),
    missingReferences(ports.cluster, namespace, bundle),
    readEarlier({ policy, stable }, owner, ports),
  ]);
  // Where the namespace is missing, the executor may lack the permission to read in it.
  reads.catch(() => undefined);
  if (await isMissing(ports.cluster, namespace)) {
    return { inspected: { ...notInspected, refusal: namespaceMissing(namespace) }, stable: null };
  }
  const [live, deployments, unserved, missing, made] = await reads;
  ports.cache.keep(state.releaseId, { namespace, workload, live, shared });
  const compared = await compareLive(live, stable, { owner, namespace, workload }, ports);
  const asksForCanary = wantsCanary(state.request.strategy, stable);
  const input: InspectInput = {
    bundle, live, owner,
    wantsCanary: asksForCanary,
    deployments, unserved,
    hasStable: stable !== null,
    comparison: compared?.comparison,
    // A rollback says which version is wanted, and must not be refused in an emergency.
    onDrift: policy.onDrift === 'refuse' && state.request.rollbackOf !== null ? 'adopt' : policy.onDrift,
  };
  const { inspected: tried, adopted } = await tryWrites(inspect(input), input, namespace, ports);
  const becomes = adopted === 'labelled' ? compared!.labelled : adopted && (await seal(state, adopted, ports));
  const prune = await prunePlanOf(state, { owner, namespace, bundle, made, deployments, stable: becomes ?? stable }, ports);
  const inspected = { ...tried, ...(missing.length > 0 && { missing }), ...(prune && !tried.refusal && { prune }) };
  ports.sealed.set(state.releaseId, { bundle: state.request.artifact, stable: (becomes ?? stable)?.artifact ?? null });
  if (policy.analysis.mode !== 'auto' || !asksForCanary || !live.web || live.web.replicas === 0 || inspected.refusal) {
    return { inspected, stable: becomes };
  }
  const metrics = await probeStable(ports.cluster, namespace, live.web.object, policy.analysis.requests);
  return { inspected: { ...inspected, metrics }, stable: becomes };
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

/** Seals the running version, each content of it once. */
async function seal(
  { releaseId, project }: Gated, { release, bundle, image }: Exclude<Adopted, string>, { artifacts }: ExecutorPorts,
): Promise<StableRef> {
  const content = artifacts.nameHash(project, JSON.stringify(bundle)).slice(0, 16);
  const artifact = await artifacts.seal(`${releaseId}-adopted-${content}`, project, bundle);
  const { repository, tag } = imageParts(image);
  return { releaseId: release, artifact, image: repository, imageTag: tag };
}
