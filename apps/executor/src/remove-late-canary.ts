import { baselineName, isClusterError, readLive, standing, type Desired } from '@alloy/cluster';
import { isEnded } from '@alloy/release';
import type { ExecutorPorts } from './executor-ports';

export interface LateCreation {
  readonly releaseId: string;
  /** The desired cluster for which the canary, or the baseline, was created. */
  readonly desired: Desired;
  /**
   * Uid of the canary in the API server's response; undefined: there was no response, so the canary may exist or may
   * still be created.
   */
  readonly uid: string | undefined;
}

/** Name of the Deployment beside the workload that the desired cluster may create. */
export const createdFor = (desired: Desired): string => (desired.kind === 'scaleBaseline' ? baselineName(desired.web) : desired.canary);

/** The Deployment controller writes several times to a Deployment right after its creation. */
const ATTEMPTS = 10;

/**
 * Deletes the canary or the baseline that this executor created, or may have created, if the release is being rolled
 * back or has ended since then, and if no newer decision has fenced it. Resolves with whether it deleted one. A
 * creation has no precondition: if the executor was frozen during the write, the API server may execute it after the
 * rollback, and then only the next release would remove the Deployment.
 */
export async function removeLateCanary(
  { releaseId, desired, uid: created }: LateCreation, { cluster, log }: Pick<ExecutorPorts, 'cluster' | 'log'>,
): Promise<boolean> {
  const { namespace, web: workload, owner } = desired;
  const name = createdFor(desired);
  const { state } = await log.load(releaseId);
  if (state.status !== 'rollingBack' && !isEnded(state)) return false;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const live = await readLive(cluster, { namespace, workload, project: owner.project, shared: [] });
    const late = desired.kind === 'scaleBaseline' ? live.baseline : live.canary;
    const { uid, resourceVersion } = late?.object.metadata ?? {};
    if (!late || (created !== undefined && uid !== created) || standing(late.object, owner) !== 'current') return false;
    try {
      await cluster.delete({ apiVersion: 'apps/v1', kind: 'Deployment', namespace, name }, { uid, resourceVersion });
      return true;
    } catch (error) {
      // It has changed since it was read, if only in its status.
      if (!isClusterError(error, 'conflict', 'not_found')) throw error;
    }
  }
  return false;
}
