import { isClusterError, readLive, standing, type Desired } from '@alloy/cluster';
import { isEnded } from '@alloy/release';
import type { ExecutorPorts } from './executor-ports';

export interface LateCreation {
  readonly releaseId: string;
  /** What it was created for. */
  readonly desired: Desired;
  /** Of the canary, as the API server answered; undefined: it has not answered, so the canary may exist or may still be created. */
  readonly uid: string | undefined;
}

/** The Deployment controller writes to a Deployment some times right after its creation. */
const ATTEMPTS = 10;

/**
 * Deletes the canary that this executor created, or may have created, if the release is being rolled back or has ended since then, and
 * if no newer decision has fenced the canary. Resolves with whether it deleted it. A creation has no precondition: the API server executes
 * that of an executor that was frozen in mid-write also after the rollback, and only the next release would remove the canary.
 */
export async function removeLateCanary({ releaseId, desired, uid: created }: LateCreation, { cluster, log }: Pick<ExecutorPorts, 'cluster' | 'log'>): Promise<boolean> {
  const { namespace, web: workload, canary: name, owner } = desired;
  const { state } = await log.load(releaseId);
  if (state.status !== 'rollingBack' && !isEnded(state)) return false;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const { canary } = await readLive(cluster, { namespace, workload, project: owner.project, shared: [] });
    const { uid, resourceVersion } = canary?.object.metadata ?? {};
    if (!canary || (created !== undefined && uid !== created) || standing(canary.object, owner) !== 'current') return false;
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
