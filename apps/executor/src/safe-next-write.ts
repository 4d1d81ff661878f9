import {
  keyOfRef, mayBeCached, nextWrite, readFollower, readLive, targetOf, withObject, type Desired, type Live, type NextWrite, type ObjectRef,
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
 * Chooses the next write from what the watches report. If that is not safe, it first reads live the objects on which
 * the write depends. Then it reads the stream: the write follows from the release as it is after the cluster was read.
 * A newer decision, a pause or an end of the release prevents the write (`superseded`).
 */
export async function safeNextWrite(question: Question, ports: ExecutorPorts): Promise<Answer> {
  const { job: { state, bundles }, desired, isFirst } = question;
  ports.sealed.set(state.releaseId, sealedOf(state));
  const cached = ports.cache.recall(state.releaseId, sharedOf(bundles));
  const read = new Set<string>();
  let live = cached ?? (await readWorkloads(question, ports, read));
  for (;;) {
    const next = nextWrite(desired, live);
    const missing = missingRead(next, live, desired, read);
    if (missing === undefined) return isFirst && read.size === 0 ? next : confirmed(question, live, next);
    live = missing === WORKLOADS ? await readWorkloads(question, ports, read) : await readTarget(live, missing, ports, read);
  }
}

const WORKLOADS = 'workloads';
const EVERYTHING = 'everything';

/** What the executor must read live before it acts on `next`; undefined: nothing. */
function missingRead(next: NextWrite, live: Live, desired: Desired, read: ReadonlySet<string>): typeof WORKLOADS | ObjectRef | undefined {
  if (next.kind === 'wait' && next.object) return read.has(keyOfRef(next.object)) ? undefined : next.object;
  if (mayBeCached(next, live)) return undefined;
  if (next.kind !== 'write' || isTrack(targetOf(next.write), desired)) return read.has(WORKLOADS) ? undefined : WORKLOADS;
  const target = { ...targetOf(next.write), namespace: desired.namespace };
  // A pod was read with its follower.
  return read.has(EVERYTHING) || read.has(keyOfRef(target)) || target.kind === 'Pod' ? undefined : target;
}

const isTrack = ({ kind, name }: ObjectRef, { web, canary }: Desired): boolean =>
  kind === 'Deployment' && (name === web || name === canary);

const sharedOf = ({ bundle, stable }: Bundles): readonly KubeObject[] => [...bundle.objects, ...(stable?.objects ?? [])];

/** Reads an object, with its pods if it is a follower, and adds it to `live`. */
async function readTarget(live: Live, ref: ObjectRef, { cluster }: ExecutorPorts, read: Set<string>): Promise<Live> {
  read.add(keyOfRef(ref));
  return live.shared.has(keyOfRef(ref)) ? readFollower(cluster, live, ref) : withObject(live, ref, await cluster.get(ref));
}

/** Reads both Deployments and their pods, and the shared objects if the cache does not have them. */
async function readWorkloads({ job: { state, bundles }, desired }: Question, ports: ExecutorPorts, read: Set<string>): Promise<Live> {
  const { cluster, cache, informers } = ports;
  const { namespace, web: workload, owner: { project } } = desired;
  const shared = sharedOf(bundles);
  const rest = cache.rest(state.releaseId, shared);
  const target = { namespace, workload, project, shared };
  const live = await readLive(cluster, target, { ...(rest && { rest }), replicaSet: (...scope) => informers.replicaSet(...scope) });
  cache.keep(state.releaseId, { namespace, workload, live, shared });
  // `live` has only the cached outline of an object that `readTarget` read before.
  read.clear();
  read.add(WORKLOADS);
  if (!rest) read.add(EVERYTHING);
  return live;
}

async function confirmed({ job: { reload }, desire }: Question, live: Live, next: NextWrite): Promise<Answer> {
  if (next.kind !== 'write' && next.kind !== 'done') return next;
  const state = await reload();
  const desired = state && desire(state);
  return desired ? nextWrite(desired, live) : { kind: 'superseded' };
}
