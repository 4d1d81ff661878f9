import { ClusterError, describeWrite, isClusterError, perform, targetOf, type Desired, type Write } from '@alloy/cluster';
import { crashPoint, type KubeObject } from '@alloy/contracts';
import type { StepRef } from '@alloy/release';
import { traced } from '@alloy/service';
import type { ExecutorPorts } from './executor-ports';
import { finalRefusalOf } from './refusal-of';
import type { Job } from './safe-next-write';

/**
 * Makes independent writes at the same time. Returns the objects that it created. Waits for all responses before it
 * rejects, so that nothing of the batch is in progress when the executor acts on the error. Of several errors it
 * rejects with the first that ends the step, otherwise with the first.
 */
export async function writeBatch(
  job: Job, desired: Desired, writes: readonly Write[], ports: ExecutorPorts,
): Promise<readonly KubeObject[]> {
  const settled = await Promise.allSettled(writes.map((one) => writeOrNote(job, desired, one, ports)));
  const errors = settled.flatMap((one): readonly unknown[] => (one.status === 'rejected' ? [one.reason] : []));
  if (errors.length > 0) throw errors.find((error) => finalRefusalOf(error)) ?? errors[0];
  return settled.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
}

/** Makes the write. If the API server may still execute it after an error, `ports.unanswered` keeps it. */
async function writeOrNote({ state, ref }: Job, desired: Desired, next: Write, ports: ExecutorPorts): Promise<readonly KubeObject[]> {
  const isRollback = state.status === 'rollingBack';
  if (isRollback) crashPoint('executor.before-rollback-write');
  try {
    const created = await write(state.releaseId, ref, next, ports);
    if (isRollback) crashPoint('executor.after-rollback-write');
    return created;
  } catch (error) {
    ports.unanswered?.note(state.releaseId, desired, next, error);
    throw naming(error, next);
  }
}

/**
 * Makes the write. Returns the object that it created, if any; a write that conflicts with the live object creates
 * none.
 */
export async function write(releaseId: string, { decision }: StepRef, write: Write, ports: ExecutorPorts): Promise<readonly KubeObject[]> {
  const { cluster, cache, budget, attempts, pruning, onWrite } = ports;
  const since = performance.now();
  crashPoint('executor.before-write');
  const report = (outcome: 'done' | 'conflict'): void => onWrite?.(releaseId, write, outcome, (performance.now() - since) / 1_000);
  try {
    const written = await traced(describeWrite(write), 'internal', {}, () => perform(cluster, write));
    crashPoint('executor.after-write');
    cache.wrote(releaseId, write, written);
    budget.made(releaseId, decision, write);
    attempts?.wrote(releaseId, decision);
    if (write.verb === 'delete' && write.mayBeRefused) pruning.deleted(releaseId, decision, write);
    report('done');
    return write.verb === 'create' && 'object' in written ? [written.object] : [];
  } catch (error) {
    // Whether or not the API server executed the write, the cached state may be wrong.
    cache.distrust(releaseId, write, error);
    const isLeft = write.verb === 'delete' && write.mayBeRefused && pruning.refused(releaseId, decision, write, error);
    if (!isLeft && !isClusterError(error, 'conflict', 'already_exists', 'apply_conflict', 'not_found')) throw error;
    report('conflict');
    return [];
  }
}

/** The error with the name of the object: the request of a creation has only its kind. */
function naming(error: unknown, next: Write): unknown {
  if (next.verb !== 'create' || !isClusterError(error, 'invalid', 'admission_denied')) return error;
  const { kind, name } = targetOf(next);
  return new ClusterError(error.code, `${kind} ${name}: ${error.message}`, error.details);
}
