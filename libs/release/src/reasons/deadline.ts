import type { ReasonCode, Reason } from '../events';
import type { Current } from '../current';
import { wantedPods } from '../step-rules';
import { accessSuffix, evidenceOf } from './access';
import { blockedCodes, blockedEvidence, blockedSuffix } from './blocked';
import { followerPart } from './follower';
import { reason } from './reason';
import { waitedFor, whereToLook } from './waited-for';

/**
 * No newly ready pod, or no final outcome, within the step's deadline; names what the step waited for, and missing
 * cluster access, blocked pods or the awaited follower as the cause, if recorded. `workloadName`: of the Deployment.
 */
export function deadlineReason(
  code: Extract<ReasonCode, 'progress_deadline' | 'rollback_deadline'>, current: Current, workloadName: string,
): Reason {
  const { spec, workload, progressedAt, access, blocked } = current;
  const wanted = wantedPods(spec);
  const ready = workload?.ready ?? 0;
  const track = wanted?.track ?? workload?.track ?? null;
  const desired = wanted?.replicas ?? workload?.desired ?? null;
  const pods = track === null ? '' : `${ready} of ${desired} ${track} pods ready, `;
  const follower = followerPart(current);
  const known = `${accessSuffix(access)}${blockedSuffix(blocked)}${follower?.text ?? ''}`;
  const look = known === '' ? whereToLook(current, workloadName) : '';
  const text = `${pods}no progress of ${spec.kind} for ${spec.deadline} s${known}; it waited for ${waitedFor(current, workloadName)}${look}`;
  const cause = code === 'progress_deadline' ? causeOf(current, follower?.code) : code;
  return reason(cause, 'policy.progressDeadline', text, {
    step: spec.kind, deadline: spec.deadline, progressedAt, track, ready, desired, mostReady: current.mostReady,
    effectDone: current.effectDone,
    ...evidenceOf(access),
    ...follower?.evidence,
    ...blockedEvidence(blocked),
  });
}

const causeOf = ({ access, blocked }: Current, follower: ReasonCode = 'progress_deadline'): ReasonCode =>
  access?.refusal.code ?? (blocked ? blockedCodes[blocked.cause] : follower);
