import type { Payloads, Reason } from '@alloy/release';

/** Why a release waits from the start of a pause step that only a user ends; undefined: another step has started. */
export function waitReason({ spec, step }: Payloads['StepStarted']): Reason | undefined {
  if (spec.kind !== 'pause' || spec.duration !== null) return undefined;
  return {
    code: 'awaits_promotion',
    rule: 'step.pause',
    text: `step ${step + 1} pauses at ${spec.weight} % of the traffic until a user with the scope operate promotes, resumes or aborts the release`,
    evidence: { step, weight: spec.weight },
  };
}

/** Whether a user has ended a pause step. */
export const isPauseEnded = ({ reason: { code } }: Payloads['StepCompleted']): boolean =>
  code === 'promoted_by_person' || code === 'resumed_by_person';
