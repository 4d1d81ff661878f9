import {
  describeWrite, desiredCluster, isClusterError, mayBeCached, nextWrite, perform, readLive, targetOf, withObject, type Desired, type Live, type NextWrite, type ObjectRef, type Write,
} from '@alloy/cluster';
import type { KubeObject } from '@alloy/contracts';
import { isRunning, sameRef, type Current, type ReleaseEvent, type RunningState, type StepRef } from '@alloy/release';
import { nodeActor, traced } from '@alloy/service';
import { acted, idle, type ExecutorPorts, type Progress } from './executor-ports';
import { factId } from './fact-ids';
import { hideSecrets } from './hide-secrets';
import { isSamePair, openBundles, sealedOf, type Bundles, type Opened } from './open-bundles';
import { finalRefusalOf } from './refusal-of';
import { removeLateCanary } from './remove-late-canary';

/** Writes in one go at a step; what is left over then is the sweep's. */
const WRITES = 200;

/** A change that the watches are about to report is waited for so long at most. */
const BEHIND_SECONDS = 1;

/** A write that others undo again and again is tried again after so long. */
const BUDGET_SECONDS = 5;

/** Makes the cluster match the current step, one write at a time, until it is done, or waits for pods. `first`: as it was just read; `ahead`: manifests that were opened meanwhile. */
export async function carryOut(first: RunningState, ports: ExecutorPorts, ahead?: Opened): Promise<Progress> {
  const current = openEffect(first);
  if (!current) return idle;
  ports.attempts?.takeUp(first.releaseId, { decision: current.ref.decision, object: workloadOf(first, current) });
  let bundles: Bundles | undefined;
  try {
    const sealed = sealedOf(first);
    bundles = await (ahead && isSamePair(ahead.sealed, sealed) ? ahead.bundles : openBundles(sealed, ports.artifacts));
    const job = { state: first, ref: current.ref, bundles, reread: () => stillWanted(first.releaseId, current.ref, ports) };
    const progress = await writeUntilDone(job, ports);
    return progress.kind === 'refused' ? tell(first, current.ref, { type: 'EffectFailed', data: { ...current.ref, refusal: progress.refusal } }, ports) : progress;
  } catch (error) {
    const refusal = finalRefusalOf(error);
    if (!refusal) throw error;
    return tell(first, current.ref, { type: 'EffectFailed', data: { ...current.ref, refusal: { ...refusal, text: hideSecrets(refusal.text, bundles?.bundle, bundles?.stable) } } }, ports);
  }
}

const workloadOf = ({ request }: RunningState, { spec }: Current): ObjectRef => ({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: spec.target.namespace, name: request.workload });

/** What the executor still has to do in this state; undefined: nothing. */
export function openEffect(state: RunningState): Current | undefined {
  const { current } = state;
  if (!current || state.status === 'paused' || current.spec.kind === 'analyse' || current.effectDone || current.effectFailed) return undefined;
  return current;
}

/** Writes to be made for a release until the cluster is as its current step wants it. */
export interface Job {
  readonly state: RunningState;
  readonly ref: StepRef;
  readonly bundles: Bundles;
  /** The release as the stream has it now, asked for after each live read and before its write; undefined: nothing more is to be written. */
  readonly reread: () => Promise<RunningState | undefined>;
}

export async function writeUntilDone(job: Job, ports: ExecutorPorts): Promise<Progress> {
  const { state, ref, bundles } = job;
  let drainIsOver = false;
  const desire = (of: RunningState): Desired | null => desiredCluster({ installation: ports.installation, state: of, ...bundles, nameHash: (content) => ports.artifacts.nameHash(of.project, content), drainIsOver });
  const created: KubeObject[] = [];
  for (let writes = 0; writes < WRITES; writes += 1) {
    const desired = desire(state);
    if (!desired) return idle;
    ports.expectChanges?.(state.releaseId, { namespace: desired.namespace, workload: desired.web });
    const waiting = { kind: 'waiting', namespace: desired.namespace, workload: desired.web, version: state.version } as const;
    if (ports.cache.isBehind(state.releaseId)) return { ...waiting, seconds: BEHIND_SECONDS };
    const next = await ask({ job, desired, desire, isFirst: writes === 0 }, ports);
    switch (next.kind) {
      case 'wait':
        if (next.seconds === undefined || !ports.patience.isSpent(state.releaseId, ref.decision, next.seconds)) return { ...waiting, ...(next.seconds !== undefined && { seconds: next.seconds }) };
        drainIsOver = true;
        break;
      case 'stale':
      case 'unwanted':
        await removeCreated(created, desired, job, ports);
        return next.kind === 'stale' ? idle : acted;
      case 'done':
        return tell(state, ref, outcomeEvent(ref, next.outcome), ports);
      case 'refused':
        return { kind: 'refused', refusal: next.refusal };
      case 'write':
        if (!ports.budget.allows(state.releaseId, ref.decision, next.write)) return { ...waiting, seconds: BUDGET_SECONDS };
        created.push(...(await write(state.releaseId, ref, next.write, ports).catch((error: unknown) => {
          ports.unanswered?.note(state.releaseId, desired, next.write, error);
          throw error;
        })));
    }
  }
  return acted;
}

async function removeCreated(created: readonly KubeObject[], desired: Desired, job: Job, ports: ExecutorPorts): Promise<void> {
  const { releaseId } = job.state;
  const canary = created.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === desired.canary);
  if (canary) await removeLateCanary({ releaseId, desired, uid: canary.metadata.uid }, ports);
}

interface Question {
  readonly job: Job;
  readonly desired: Desired;
  readonly desire: (of: RunningState) => Desired | null;
  /** The stream was read just now. */
  readonly isFirst: boolean;
}

type Answer = NextWrite | { readonly kind: 'unwanted' };

/**
 * The next write by what the watches report, if it may be made from that, or else after a live read of what it rests on.
 * Then reads the stream: a write is derived from the release as it is after the cluster was read, so a newer decision, a pause or an end stops it (`unwanted`).
 */
async function ask(question: Question, ports: ExecutorPorts): Promise<Answer> {
  const { job: { state, bundles }, desired, isFirst } = question;
  ports.sealed.set(state.releaseId, sealedOf(state));
  const cached = ports.cache.recall(state.releaseId, sharedOf(bundles));
  const read = new Set<string>();
  let live = cached ?? (await readWorkloads(state.releaseId, desired, bundles, ports, read));
  for (;;) {
    const next = nextWrite(desired, live);
    const missing = missingRead(next, live, read);
    if (missing === undefined) return isFirst && read.size === 0 ? next : confirmed(question, live, next);
    live = missing === WORKLOADS ? await readWorkloads(state.releaseId, desired, bundles, ports, read) : await readTarget(live, missing, desired, ports, read);
  }
}

const WORKLOADS = 'workloads';
const EVERYTHING = 'everything';

/** What has to be read live before the answer may be acted on; undefined: nothing. */
function missingRead(next: NextWrite, live: Live, read: ReadonlySet<string>): typeof WORKLOADS | Write | undefined {
  if (mayBeCached(next, live)) return undefined;
  if (next.kind !== 'write' || targetOf(next.write).kind === 'Deployment') return read.has(WORKLOADS) ? undefined : WORKLOADS;
  return read.has(EVERYTHING) || read.has(nameOf(next.write)) ? undefined : next.write;
}

const nameOf = (write: Write): string => `${targetOf(write).kind}/${targetOf(write).name}`;

const sharedOf = ({ bundle, stable }: Bundles): readonly KubeObject[] => [...bundle.objects, ...(stable?.objects ?? [])];

async function readTarget(live: Live, write: Write, { namespace }: Desired, { cluster }: ExecutorPorts, read: Set<string>): Promise<Live> {
  const found = await cluster.get({ ...targetOf(write), namespace });
  read.add(nameOf(write));
  return withObject(live, write, found);
}

/** Both Deployments and their pods, and the rest if it is not known. */
async function readWorkloads(releaseId: string, { namespace, web: workload, owner: { project } }: Desired, bundles: Bundles, { cluster, cache, informers }: ExecutorPorts, read: Set<string>): Promise<Live> {
  const shared = sharedOf(bundles);
  const rest = cache.rest(releaseId, shared);
  const live = await readLive(cluster, { namespace, workload, project, shared }, { ...(rest && { rest }), replicaSet: (...place) => informers.replicaSet(...place) });
  cache.keep(releaseId, { namespace, workload, live, shared });
  // A target that was read before is known in outline again.
  read.clear();
  read.add(WORKLOADS);
  if (!rest) read.add(EVERYTHING);
  return live;
}

async function confirmed({ job: { reread }, desire }: Question, live: Live, next: NextWrite): Promise<Answer> {
  if (next.kind !== 'write' && next.kind !== 'done') return next;
  const now = await reread();
  const desired = now && desire(now);
  return desired ? nextWrite(desired, live) : { kind: 'unwanted' };
}

/** The release as the stream has it now; undefined: the effect is no longer to be carried out. */
async function stillWanted(releaseId: string, ref: StepRef, { log }: ExecutorPorts): Promise<RunningState | undefined> {
  const { state } = await log.load(releaseId);
  const current = isRunning(state) ? openEffect(state) : undefined;
  return isRunning(state) && current && sameRef(current.ref, ref) ? state : undefined;
}

/** Returns what it created. */
export async function write(releaseId: string, { decision }: StepRef, write: Write, { cluster, cache, budget, attempts, onWrite }: ExecutorPorts): Promise<readonly KubeObject[]> {
  const since = performance.now();
  const report = (outcome: 'done' | 'conflict'): void => onWrite?.(releaseId, write, outcome, (performance.now() - since) / 1_000);
  try {
    const written = await traced(describeWrite(write), 'internal', {}, () => perform(cluster, write));
    cache.wrote(releaseId, write, written);
    budget.made(releaseId, decision, write);
    attempts?.wrote(releaseId, decision);
    report('done');
    return write.verb === 'create' && 'object' in written ? [written.object] : [];
  } catch (error) {
    // Whatever became of the write, what is known of the live state may be wrong.
    cache.distrust(releaseId, write, error);
    if (!isClusterError(error, 'conflict', 'already_exists', 'apply_conflict', 'not_found')) throw error;
    report('conflict');
    return [];
  }
}

type Outcome = Extract<NextWrite, { kind: 'done' }>['outcome'];

function outcomeEvent(ref: StepRef, outcome: Outcome): ReleaseEvent {
  switch (outcome.type) {
    case 'ManifestsApplied':
      return { type: outcome.type, data: { ...ref, ...outcome.data } };
    case 'WorkloadScaled':
      return { type: outcome.type, data: { ...ref, ...outcome.data } };
    case 'TrafficShifted':
      return { type: outcome.type, data: { ...ref, ...outcome.data } };
  }
}

async function tell(state: RunningState, ref: StepRef, event: ReleaseEvent, { log, budget, patience, onOutcome }: ExecutorPorts): Promise<Progress> {
  await log.append(state, [event], { expected: 'any', actor: nodeActor('executor'), ids: [factId(state.releaseId, ref.decision, event.type)] });
  budget.forget(state.releaseId);
  patience.forget(state.releaseId);
  onOutcome?.(state.releaseId, event.type);
  return acted;
}
