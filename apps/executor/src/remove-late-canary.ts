import { isClusterError, readLive, standing, type Desired } from '@alloy/cluster';
import type { KubeObject } from '@alloy/contracts';
import { isEnded } from '@alloy/release';
import type { ExecutorPorts } from './executor-ports';

export interface LateCreation {
  readonly releaseId: string;
  /** What it was created for. */
  readonly desired: Desired;
  /** As the API server answered. */
  readonly created: readonly KubeObject[];
}

/** The Deployment controller writes to a Deployment some times right after its creation. */
const ATTEMPTS = 10;

/**
 * Deletes the canary that this executor has just created, if the release is being rolled back or has ended meanwhile and nobody has marked the canary since.
 * A creation carries no condition, so that of an executor that was frozen in mid-write succeeds after the rollback, and nothing would remove the canary before the next release.
 */
export async function removeLateCanary({ releaseId, desired, created }: LateCreation, { cluster, log }: Pick<ExecutorPorts, 'cluster' | 'log'>): Promise<void> {
  const { namespace, web: workload, canary: name, owner } = desired;
  const late = created.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === name);
  if (!late) return;
  const { state } = await log.load(releaseId);
  if (state.status !== 'rollingBack' && !isEnded(state)) return;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const { canary } = await readLive(cluster, { namespace, workload, project: owner.project, shared: [] });
    const { uid, resourceVersion } = canary?.object.metadata ?? {};
    if (!canary || uid !== late.metadata.uid || standing(canary.object, owner) !== 'current') return;
    try {
      return await cluster.delete({ apiVersion: 'apps/v1', kind: 'Deployment', namespace, name }, { uid, resourceVersion });
    } catch (error) {
      // It has changed since it was read, if only in its status.
      if (!isClusterError(error, 'conflict', 'not_found')) throw error;
    }
  }
}
