import {
  inspect, isClusterError, namespaceMissing, probeStable, readDeployments, readLive, type Cluster, type Inspection,
} from '@alloy/cluster';
import { crashPoint, type Bundle } from '@alloy/contracts';
import { VersionConflict } from '@alloy/event-store';
import type { Loaded } from '@alloy/ledger';
import { aboutTarget, wantsCanary, type Context, type Payloads, type ReleaseEvent, type StableRef, type StateOf } from '@alloy/release';
import { nodeActor } from '@alloy/service';
import { acted, idle, type ExecutorPorts, type Progress } from './executor-ports';
import { factId } from './fact-ids';
import { finalRefusalOf } from './refusal-of';

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
    const bundle = await ports.artifacts.open(state.request.artifact);
    const object = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: context.policy.namespace, name: bundle.workload };
    ports.attempts?.track(state.releaseId, { decision: state.gate, object });
    const { inspected, adopted } = await inspectLive(state, bundle, context, ports);
    const stable = adopted && (await seal(state, adopted, context.stable, ports));
    return [...(stable ? [{ type: 'StableAdopted', data: { stable } } as const] : []), { type: 'TargetInspected', data: inspected }];
  } catch (error) {
    const refusal = finalRefusalOf(error);
    if (!refusal) throw error;
    return [{ type: 'TargetInspected', data: { ...notInspected, refusal } }];
  }
}

/** The inspection of a cluster that the executor could not read. */
export const notInspected: Payloads['TargetInspected'] = { exists: false, replicas: 0, ready: 0, owner: 'none', hpa: false, refusal: null };

async function inspectLive(state: Gated, bundle: Bundle, { policy, slot, stable }: Context, ports: ExecutorPorts): Promise<Inspection> {
  const { namespace } = policy;
  if (await isMissing(ports.cluster, namespace)) {
    return { inspected: { ...notInspected, refusal: namespaceMissing(namespace) }, adopted: null };
  }
  const { workload, objects: shared } = bundle;
  const target = { namespace, workload, project: state.project, shared };
  const [live, deployments] = await Promise.all([
    readLive(ports.cluster, target, { replicaSet: (...scope) => ports.informers.replicaSet(...scope) }),
    readDeployments(ports.cluster, namespace),
  ]);
  ports.cache.keep(state.releaseId, { namespace, workload, live, shared });
  ports.sealed.set(state.releaseId, { bundle: state.request.artifact, stable: stable?.artifact ?? null });
  const hasStable = stable !== null && stable.releaseId !== null;  const asksForCanary = wantsCanary(state.request.strategy, stable);
  const inspection = inspect({
    bundle,
    live,
    owner: {
      project: state.project, environment: state.environment, releaseId: state.releaseId,
      fence: { installation: ports.installation, slot: slot.counter + 1, version: 0 },
    },
    wantsCanary: asksForCanary,
    hasStable,
    deployments,
  });
  if (policy.analysis.mode !== 'auto' || !asksForCanary || !live.web || live.web.replicas === 0 || inspection.inspected.refusal) {
    return inspection;
  }
  const metrics = await probeStable(ports.cluster, namespace, live.web.object, policy.analysis.requests);
  return { ...inspection, inspected: { ...inspection.inspected, metrics } };
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

/** Seals the running version. null: Alloy has adopted this version before. */
async function seal(
  state: Gated, adopted: NonNullable<Inspection['adopted']>, known: StableRef | null, ports: ExecutorPorts,
): Promise<StableRef | null> {
  if (known && (await isSame(adopted.bundle, known, ports))) return null;
  const artifact = await ports.artifacts.seal(`${state.releaseId}-adopted`, state.project, adopted.bundle);
  return { releaseId: null, artifact, image: repositoryOf(adopted.image), imageTag: tagOf(adopted.image) };
}

async function isSame(bundle: Bundle, known: StableRef, { artifacts }: ExecutorPorts): Promise<boolean> {
  const before = await artifacts.open(known.artifact);
  return templateText(before) === templateText(bundle);
}

const templateText = ({ objects, workload }: Bundle): string => {
  const deployment = objects.find((object) => object.kind === 'Deployment' && object.metadata.name === workload);
  return JSON.stringify((deployment?.['spec'] as { readonly template?: unknown } | undefined)?.template);
};

const TAG = /:([\w][\w.-]*)$/;
const tagOf = (image: string): string => TAG.exec(image)?.[1] ?? (image.includes('@') ? image.slice(image.indexOf('@') + 1) : 'latest');
const repositoryOf = (image: string): string => image.replace(/@.*$/, '').replace(TAG, '');
