import type { Adopted, Live } from '@alloy/cluster';
import { crashPoint, imageParts, type Bundle } from '@alloy/contracts';
import { VersionConflict } from '@alloy/event-store';
import type { Loaded } from '@alloy/ledger';
import {
  aboutTarget, handsBack, type Context, type Payloads, type ReleaseEvent, type StableRef, type StateOf,
} from '@alloy/release';
import { nodeActor } from '@alloy/service';
import { acted, idle, type ExecutorPorts, type Progress } from './executor-ports';
import { factId } from './fact-ids';
import { inspectCluster, notInspected } from './inspect-cluster';
import { inspectHandBack } from './inspect-hand-back';
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

interface Inspected {
  readonly inspected: Payloads['TargetInspected'];
  /** The running version, if it becomes the version to roll back to. */
  readonly stable: StableRef | null;
}

async function inspectLive(state: Gated, bundle: Bundle, context: Context, ports: ExecutorPorts): Promise<Inspected> {
  const { policy: { namespace } } = context;
  const onLive = (found: Live): void =>
    ports.cache.keep(state.releaseId, { namespace, workload: bundle.workload, live: found, shared: bundle.objects });
  const { inspected, live, becomes } = await inspectCluster({ ...state, onLive }, bundle, context, ports);
  const stable = becomes && ('ref' in becomes ? becomes.ref : await seal(state, becomes.adopted, ports));
  if (live) ports.sealed.set(state.releaseId, { bundle: state.request.artifact, stable: (stable ?? context.stable)?.artifact ?? null });
  return { inspected, stable };
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
