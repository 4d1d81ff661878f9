import { desiredCluster, writesOf, type Desired, type NextWrite } from '@alloy/cluster';
import type { KubeObject } from '@alloy/contracts';
import type { ReleaseEvent, StepRef } from '@alloy/release';
import { appendOutcome } from './append-outcome';
import { acted, idle, type ExecutorPorts, type Progress, type Waiting } from './executor-ports';
import { recordFollower } from './record-follower';
import { createdFor, removeLateCanary } from './remove-late-canary';
import { safeNextWrite, type Desire, type Job } from './safe-next-write';
import { writeBatch } from './write-batch';

/** Maximum number of batches of writes in one call; the resync makes the writes that remain. */
const BATCHES = 200;

/** Maximum wait for a change that the watches are about to report. */
const BEHIND_SECONDS = 1;

/** Wait before the executor reads again what no watch reports. */
const UNWATCHED_SECONDS = 1;

/** Wait before the executor tries a write again that another client keeps undoing. */
const BUDGET_SECONDS = 5;

/**
 * Makes the cluster match the current step of the job, one batch of independent writes after the other, and appends the
 * outcome once the step is done.
 */
export async function writeUntilDone(job: Job, ports: ExecutorPorts): Promise<Progress> {
  const { state, ref } = job;
  const limits = { drainIsOver: false };
  const desire = desireOf(job, ports, limits);
  const created: KubeObject[] = [];
  for (let batches = 0; batches < BATCHES; batches += 1) {
    const desired = desire(state);
    if (!desired) return idle;
    ports.expectChanges?.(state.releaseId, { namespace: desired.namespace, workload: desired.web });
    const waiting: Waiting = { kind: 'waiting', namespace: desired.namespace, workload: desired.web, version: state.version };
    if (ports.cache.isBehind(state.releaseId)) return { ...waiting, seconds: BEHIND_SECONDS };
    const next = await safeNextWrite({ job, desired, desire, isFirst: batches === 0 }, ports);
    switch (next.kind) {
      case 'wait':
        await recordFollower(job, next.follower, ports);
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
      case 'write': {
        const allowed = writesOf(next).filter((one) => ports.budget.allows(state.releaseId, ref.decision, one));
        if (allowed.length === 0) return { ...waiting, seconds: BUDGET_SECONDS };
        created.push(...(await writeBatch(job, desired, allowed, ports)));
      }
    }
  }
  return acted;
}

function desireOf({ bundles, ref }: Job, ports: ExecutorPorts, limits: { readonly drainIsOver: boolean }): Desire {
  const { installation, artifacts, pruning } = ports;
  return (state) => {
    const nameHash = (content: string): string => artifacts.nameHash(state.project, content);
    return desiredCluster({ installation, state, ...bundles, nameHash, ...limits, pruning: pruning.of(state.releaseId, ref.decision) });
  };
}

async function removeCreated(created: readonly KubeObject[], desired: Desired, job: Job, ports: ExecutorPorts): Promise<void> {
  const { releaseId } = job.state;
  const canary = created.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === createdFor(desired));
  if (canary) await removeLateCanary({ releaseId, desired, uid: canary.metadata.uid }, ports);
}

type Outcome = Extract<NextWrite, { kind: 'done' }>['outcome'];

function outcomeEvent(ref: StepRef, outcome: Outcome): ReleaseEvent {
  switch (outcome.type) {
    case 'ManifestsApplied':
      return { type: outcome.type, data: { ...ref, ...outcome.data } };
    case 'WorkloadScaled':
      return { type: outcome.type, data: { ...ref, ...outcome.data } };
    case 'WorkloadHandedBack':
      return { type: outcome.type, data: { ...ref, ...outcome.data } };
    case 'TrafficShifted':
      return { type: outcome.type, data: { ...ref, ...outcome.data } };
  }
}
