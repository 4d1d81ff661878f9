import type { Refusal } from '@alloy/release';
import type { Deployment } from '../../json';
import { isTemplateForeign } from '../../template-owners';
import type { InspectInput } from '../inspect';

/**
 * A rollout of the Deployment by another client has failed, and pods of an older template still serve. What runs is
 * then not what the Deployment describes: Alloy could neither adopt it as a version to roll back to, nor wait for its
 * pods. A template that Alloy has written is no reason: the release may be the one that repairs it. Neither is a
 * Deployment without older pods, because nothing else serves.
 */
export function rolloutStuck({ live: { web } }: InspectInput): Refusal | null {
  if (!web || !hasFailed(web.object) || !isTemplateForeign(web.object)) return null;
  const { name } = web.object.metadata;
  const { replicas = 0, updatedReplicas = 0 } = web.object.status ?? {};
  return {
    code: 'rollout_stuck',
    text:
      `a rollout of Deployment ${name} has failed (ProgressDeadlineExceeded) and ${replicas - updatedReplicas} of its ${replicas} pods ` +
      `have an older template: finish it, or undo it with kubectl rollout undo deployment/${name}`,
  };
}

function hasFailed({ status = {} }: Deployment): boolean {
  const progressing = status.conditions?.find(({ type }) => type === 'Progressing');
  const isOver = progressing?.status === 'False' && progressing.reason === 'ProgressDeadlineExceeded';
  return isOver && (status.updatedReplicas ?? 0) < (status.replicas ?? 0);
}
