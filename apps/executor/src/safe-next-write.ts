import {
  canaryIngressRef, keyOfRef, mayBeCached, needsNoRead, nextWrite, readFollower, readLive, readTraffic, targetOf, withFollower,
  withObject, writesOf,
  type Cluster, type Desired, type Live, type NextWrite, type ObjectRef,
} from '@alloy/cluster';
import type { KubeObject } from '@alloy/contracts';
import type { RunningState, StepRef } from '@alloy/release';
import type { ExecutorPorts } from './executor-ports';
import { sealedOf, type Bundles } from './open-bundles';

/** The writes for a release that make the cluster match its current step. */
export interface Job {
  readonly state: RunningState;
  readonly ref: StepRef;
  readonly bundles: Bundles;
  /**
   * Reads the release again, after each live read and before its write. Undefined: the executor must write nothing
   * more.
   */
  readonly reload: () => Promise<RunningState | undefined>;
}

/** The desired cluster of a state; null: none, the step changes nothing in the cluster. */
export type Desire = (state: RunningState) => Desired | null;

interface Question {
  readonly job: Job;
  readonly desired: Desired;
  readonly desire: Desire;
  /** The caller has just read the stream. */
  readonly isFirst: boolean;
}

type Answer = NextWrite | { readonly kind: 'superseded' };

/**
 * Chooses the next writes from what the watches report. If that is not safe, it first reads live the objects on which
 * they depend. Then it reads the stream: the writes follow from the release as it is after the cluster was read. A
 * newer decision, a pause or an end of the release prevents them (`superseded`).
 */
export async function safeNextWrite(question: Question, ports: ExecutorPorts): Promise<Answer> {
  const { job: { state, bundles }, desired, isFirst } = question;
  ports.sealed.set(state.releaseId, sealedOf(state));
  const cached = ports.cache.recall(state.releaseId, sharedOf(bundles, state));
  const read = new Set<string>();
  let live = cached ? await withTraffic(cached, desired, ports, read) : await readWorkloads(question, ports, read);
  for (;;) {
    const next = nextWrite(desired, live);
    const missing = missingReads(next, live, desired, read);
    if (missing !== WORKLOADS && missing.length === 0) return isFirst && read.size === 0 ? next : confirmed(question, live, next);
    live = missing === WORKLOADS ? await readWorkloads(question, ports, read) : await readTargets(live, missing, ports, read);
  }
}

/** Key of both Deployments with their pods. */
const WORKLOADS = 'workloads';
const EVERYTHING = 'everything';

/** What the executor must read live before it acts on `next`; empty: nothing. */
function missingReads(next: NextWrite, live: Live, desired: Desired, read: ReadonlySet<string>): typeof WORKLOADS | readonly ObjectRef[] {
  const isRead = (ref: ObjectRef): boolean => read.has(keyOfRef(ref));
  if (next.kind === 'wait' && next.object) return isRead(next.object) ? [] : [next.object];
  if (mayBeCached(next, live)) return [];
  const targets = next.kind === 'write' ? writesOf(next).filter((one) => !needsNoRead(one, live)).map(targetOf) : [];
  if (targets.length === 0 || targets.some((ref) => isTrack(ref, desired)) || needsPods(next)) return read.has(WORKLOADS) ? [] : WORKLOADS;
  if (read.has(EVERYTHING)) return [];
  // A pod was read with its follower.
  return targets.filter((ref) => !isRead(ref) && ref.kind !== 'Pod').map((ref) => ({ ...ref, namespace: desired.namespace }));
}

const needsPods = (next: NextWrite): boolean =>
  next.kind === 'write' && writesOf(next).some((one) => one.verb === 'select' && one.needsPods === true);

const isTrack = ({ kind, name }: ObjectRef, { web, canary }: Desired): boolean =>
  kind === 'Deployment' && (name === web || name === canary);

const sharedOf = ({ bundle, stable }: Bundles, { plan }: RunningState): readonly KubeObject[] => [
  ...bundle.objects, ...(stable?.objects ?? []),
  ...(plan.prune?.objects ?? []).map(({ apiVersion, kind, name }) => ({ apiVersion, kind, metadata: { name } })),
];

/** Reads the objects at the same time, each with its pods if it is a follower, and adds them to `live`. */
async function readTargets(live: Live, refs: readonly ObjectRef[], { cluster }: ExecutorPorts, read: Set<string>): Promise<Live> {
  for (const ref of refs) read.add(keyOfRef(ref));
  const found = await Promise.all(refs.map((ref) => readTarget(live, ref, cluster)));
  return found.reduce((updated, add) => add(updated), live);
}

async function readTarget(live: Live, ref: ObjectRef, cluster: Cluster): Promise<(live: Live) => Live> {
  if (live.shared.has(keyOfRef(ref))) {
    const follower = await readFollower(cluster, ref);
    return (others) => withFollower(others, ref, follower);
  }
  const object = await cluster.get(ref);
  return (others) => withObject(others, ref, object);
}

/** Reads both Deployments and their pods, and the shared objects if the cache does not have them. */
async function readWorkloads({ job: { state, bundles }, desired }: Question, ports: ExecutorPorts, read: Set<string>): Promise<Live> {
  const { cluster, cache, informers } = ports;
  const { namespace, web: workload, owner: { project } } = desired;
  const shared = sharedOf(bundles, state);
  const rest = cache.rest(state.releaseId, shared);
  const target = { namespace, workload, project, shared, traffic: desired.traffic };
  const live = await readLive(cluster, target, { ...(rest && { rest }), replicaSet: (...scope) => informers.replicaSet(...scope) });
  cache.keep(state.releaseId, { namespace, workload, live, shared });
  // `live` has only the cached outline of an object that `readTarget` read before.
  read.clear();
  read.add(WORKLOADS);
  if (!rest) read.add(EVERYTHING);
  noteTraffic(desired, read);
  return live;
}

/** The cached state with the router's objects, which are always read live. */
async function withTraffic(live: Live, desired: Desired, { cluster }: ExecutorPorts, read: Set<string>): Promise<Live> {
  if (!desired.traffic) return live;
  noteTraffic(desired, read);
  return { ...live, traffic: await readTraffic(cluster, desired.namespace, desired.traffic) };
}

function noteTraffic({ traffic }: Desired, read: Set<string>): void {
  if (traffic?.route) read.add(keyOfRef(traffic.route));
  if (traffic?.canaryIngress) read.add(keyOfRef(canaryIngressRef(traffic.canaryIngress)));
  if (traffic) read.add(`Service/${traffic.canaryService}`);
}

async function confirmed({ job: { reload }, desire }: Question, live: Live, next: NextWrite): Promise<Answer> {
  if (next.kind !== 'write' && next.kind !== 'done') return next;
  const state = await reload();
  const desired = state && desire(state);
  return desired ? nextWrite(desired, live) : { kind: 'superseded' };
}
