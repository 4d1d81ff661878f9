import type { Refusal } from '@alloy/release';
import type { Deployment } from '../../json';
import { isTemplateForeign } from '../../template-owners';
import type { InspectInput } from '../inspect';
import { isUnstartable } from '../unstartable';

/**
 * A rollout of the Deployment by another client has failed, or cannot succeed, and pods of an older template still
 * serve. What runs is then not what the Deployment describes: Alloy could neither adopt it as a version to roll back
 * to, nor wait for its pods. A template that Alloy has written is no reason: the release may be the one that repairs
 * it. Neither is a Deployment without older pods, because nothing else serves, nor one whose pods need something that
 * does not exist, if there is a recorded version to roll back to.
 */
export function rolloutStuck({ live, hasStable, missing }: InspectInput): Refusal | null {
  const { web } = live;
  if (!web || !hasOlderPods(web.object) || !isTemplateForeign(web.object)) return null;
  const { name } = web.object.metadata;
  const { replicas = 0, updatedReplicas = 0 } = web.object.status ?? {};
  const older = `${replicas - updatedReplicas} of its ${replicas} pods have an older template`;
  const undo = `undo it with kubectl rollout undo deployment/${name}`;
  if (hasFailed(web.object)) {
    const text = `a rollout of Deployment ${name} has failed (ProgressDeadlineExceeded) and ${older}: finish it, or ${undo}`;
    return { code: 'rollout_stuck', text };
  }
  if (hasStable || !isUnstartable({ live, missing })) return null;
  const absent = missing!.map(({ kind, name: one }) => `${kind} ${one}`).join(', ');
  const text = `a rollout of Deployment ${name} cannot finish, because its pods need ${absent}, and ${older}: create it, or ${undo}`;
  return { code: 'rollout_stuck', text };
}

function hasFailed({ status = {} }: Deployment): boolean {
  const progressing = status.conditions?.find(({ type }) => type === 'Progressing');
  return progressing?.status === 'False' && progressing.reason === 'ProgressDeadlineExceeded';
}

const hasOlderPods = ({ status = {} }: Deployment): boolean => (status.updatedReplicas ?? 0) < (status.replicas ?? 0);
