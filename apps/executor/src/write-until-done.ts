import { describeWrite, desiredCluster, isClusterError, perform, type Desired, type NextWrite, type Write } from '@alloy/cluster';
import { crashPoint, type KubeObject } from '@alloy/contracts';
import type { ReleaseEvent, StepRef } from '@alloy/release';
import { traced } from '@alloy/service';
import { appendOutcome } from './append-outcome';
import { acted, idle, type ExecutorPorts, type Progress, type Waiting } from './executor-ports';
import { removeLateCanary } from './remove-late-canary';
import { safeNextWrite, type Desire, type Job } from './safe-next-write';

/** Maximum number of writes in one call; the resync makes those that remain. */
const WRITES = 200;

/** Maximum wait for a change that the watches are about to report. */
const BEHIND_SECONDS = 1;

/** Wait before the executor reads again what no watch reports. */
const UNWATCHED_SECONDS = 1;

/** Wait before the executor tries a write again that another client keeps undoing. */
const BUDGET_SECONDS = 5;

/**
 * Makes the cluster match the current step of the job, one write at a time, and appends the outcome once the step is
 * done.
 */
export async function writeUntilDone(job: Job, ports: ExecutorPorts): Promise<Progress> {
  const { state, ref } = job;
  const limits = { drainIsOver: false };
  const desire = desireOf(job, ports, limits);
  const created: KubeObject[] = [];
  for (let writes = 0; writes < WRITES; writes += 1) {
    const desired = desire(state);
    if (!desired) return idle;
    ports.expectChanges?.(state.releaseId, { namespace: desired.namespace, workload: desired.web });
    const waiting: Waiting = { kind: 'waiting', namespace: desired.namespace, workload: desired.web, version: state.version };
    if (ports.cache.isBehind(state.releaseId)) return { ...waiting, seconds: BEHIND_SECONDS };
    const next = await safeNextWrite({ job, desired, desire, isFirst: writes === 0 }, ports);
    switch (next.kind) {
      case 'wait':
        if (next.object) return { ...waiting, seconds: UNWATCHED_SECONDS };
        if (next.seconds === undefined) return waiting;
        if (!ports.waitLimits.isExceeded(state.releaseId, ref.decision, next.seconds)) return { ...waiting, seconds: next.seconds };
        limits.drainIsOver = true;
        break;
      case 'stale':
      case 'superseded':
        await removeCreated(created, desired, job, ports);
        return next.kind === 'stale' ? idle : acted;
      case 'done':
        return appendOutcome(state, ref, outcomeEvent(ref, next.outcome), ports);
      case 'refused':
        return { kind: 'refused', refusal: next.refusal };
      case 'write':
        if (!ports.budget.allows(state.releaseId, ref.decision, next.write)) return { ...waiting, seconds: BUDGET_SECONDS };
        if (state.status === 'rollingBack') crashPoint('executor.before-rollback-write');
        created.push(...(await writeOrNote(job, desired, next.write, ports)));
        if (state.status === 'rollingBack') crashPoint('executor.after-rollback-write');
    }
  }
  return acted;
}

function desireOf({ bundles }: Job, { installation, artifacts }: ExecutorPorts, limits: { readonly drainIsOver: boolean }): Desire {
  return (state) => {
    const nameHash = (content: string): string => artifacts.nameHash(state.project, content);
    return desiredCluster({ installation, state, ...bundles, nameHash, ...limits });
  };
}

async function removeCreated(created: readonly KubeObject[], desired: Desired, job: Job, ports: ExecutorPorts): Promise<void> {
  const { releaseId } = job.state;
  const canary = created.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === desired.canary);
  if (canary) await removeLateCanary({ releaseId, desired, uid: canary.metadata.uid }, ports);
}

/** Makes the write. If the API server may still execute it after an error, `ports.unanswered` keeps it. */
async function writeOrNote({ state, ref }: Job, desired: Desired, next: Write, ports: ExecutorPorts): Promise<readonly KubeObject[]> {
  try {
    return await write(state.releaseId, ref, next, ports);
  } catch (error) {
    ports.unanswered?.note(state.releaseId, desired, next, error);
    throw error;
  }
}

/**
 * Makes the write. Returns the object that it created, if any; a write that conflicts with the live object creates
 * none.
 */
export async function write(releaseId: string, { decision }: StepRef, write: Write, ports: ExecutorPorts): Promise<readonly KubeObject[]> {
  const { cluster, cache, budget, attempts, onWrite } = ports;
  const since = performance.now();
  crashPoint('executor.before-write');
  const report = (outcome: 'done' | 'conflict'): void => onWrite?.(releaseId, write, outcome, (performance.now() - since) / 1_000);
  try {
    const written = await traced(describeWrite(write), 'internal', {}, () => perform(cluster, write));
    crashPoint('executor.after-write');
    cache.wrote(releaseId, write, written);
    budget.made(releaseId, decision, write);
    attempts?.wrote(releaseId, decision);
    report('done');
    return write.verb === 'create' && 'object' in written ? [written.object] : [];
  } catch (error) {
    // Whether or not the API server executed the write, the cached state may be wrong.
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
