import type { NotificationType } from '@alloy/policy';
import { holdText, onHoldReason, type Payloads, type Reason } from '@alloy/release';
import type { ActiveState, Entries, NotificationContent } from './entry';
import { normal, warning } from './kubernetes-event';
import { isPauseEnded, waitReason } from './pause-text';
import { planReason, planSentence, stageName, stageNote, stagesOf, startNote, stepText } from './plan-text';
import { capitalized, stepSubject } from './text';

const notify = (type: NotificationType) => ({ reason }: { readonly reason: Reason }): NotificationContent => ({ type, reason });
const tag = ({ request }: ActiveState): string => request.imageTag;

/** A hold is why the release waits, whatever else is ahead of it. */
const queuedText = ({ behind, hold }: Payloads['ReleaseQueued']): string =>
  hold ? `queued: the environment is ${holdText(hold)}` : `queued behind release ${behind}`;

/** Before a plan: waiting for the slot, or ended without one. */
const unplanned: Entries<'ReleaseRejected' | 'ReleaseQueued' | 'ReleaseSuperseded' | 'GateOpened' | 'ReleaseAborted'> = {
  ReleaseRejected: {
    sentence: ({ reason }) => `Rejected: ${reason.text}`,
    kubernetesEvent: ({ reason }, state) => warning('ReleaseRejected', `${tag(state)} was rejected: ${reason.text}`),
    notification: notify('rejected'),
  },
  ReleaseQueued: {
    sentence: (data) => capitalized(queuedText(data)),
    kubernetesEvent: (data, state) => normal('ReleaseQueued', `${tag(state)} is ${queuedText(data)}`),
    notification: ({ hold }) => hold && { type: 'waiting', reason: onHoldReason(hold) },
  },
  ReleaseSuperseded: {
    sentence: ({ by, reason }) => `Superseded by release ${by}: ${reason.text}`,
    kubernetesEvent: ({ by, reason }, state) =>
      normal('ReleaseSuperseded', `${tag(state)} was superseded by release ${by}: ${reason.text}`),
    notification: notify('superseded'),
  },
  GateOpened: { sentence: () => 'Admitted; waiting for the inspection of the cluster', kubernetesEvent: null, notification: null },
  ReleaseAborted: {
    sentence: ({ reason }) => capitalized(reason.text),
    kubernetesEvent: ({ reason }, state) => normal('ReleaseAborted', `${tag(state)}: ${reason.text}`),
    notification: notify('aborted'),
  },
};

const running: Entries<
  | 'ReleasePlanned' | 'StepStarted' | 'StepCompleted' | 'CanaryResized' | 'ShiftRepeated' | 'ReleasePaused' | 'ScaleDownDecided'
  | 'ReleaseHeld' | 'ReleaseResumed' | 'PromotionDecided' | 'RollbackDecided' | 'IntentRefused'
> = {
  ReleasePlanned: {
    sentence: planSentence,
    kubernetesEvent: (data, state) => {
      if (data.plan.strategy === 'handBack') return undefined;
      return state.request.emergency
        ? warning('EmergencyStarted', startNote(data, state))
        : normal('ReleaseStarted', startNote(data, state));
    },
    notification: (data, state) =>
      data.plan.strategy === 'handBack'
        ? undefined
        : { type: state.request.emergency ? 'emergency' : 'started', reason: planReason(data) },
  },
  StepStarted: {
    sentence: ({ step, spec }) => `Started step ${step + 1}: ${stepText(spec)}`,
    kubernetesEvent: (data, state) => {
      if ('plan' in state && stagesOf(state.plan).includes(data.step))
        return normal('StageStarted', stageNote(state, data), stepSubject(data));
      const waits = waitReason(data);
      return waits && normal('ReleasePaused', `${tag(state)}: ${waits.text}`, stepSubject(data));
    },
    notification: (data) => {
      const waits = waitReason(data);
      return waits && { type: 'waiting', reason: waits };
    },
  },
  StepCompleted: {
    sentence: ({ step, reason }) => `Completed step ${step + 1}: ${reason.text}`,
    kubernetesEvent: (data, state) =>
      isPauseEnded(data) ? normal('ReleaseResumed', `${tag(state)} continues: ${data.reason.text}`, stepSubject(data)) : undefined,
    notification: ({ step, reason }, state) => {
      if (!('plan' in state)) return undefined;
      const spec = state.plan.steps[step];
      const isPassed = spec?.kind === 'analyse' && reason.code !== 'skipped_by_person';
      return isPassed ? { type: 'stagePassed', reason, stage: stageName(state.plan, spec.weight) } : undefined;
    },
  },
  CanaryResized: {
    sentence: ({ reason }) => `Resized the canary: ${reason.text}`,
    kubernetesEvent: (data, state) => normal('CanaryResized', `${tag(state)}: ${data.reason.text}`, stepSubject(data)),
    notification: null,
  },
  ShiftRepeated: {
    sentence: ({ reason }) => `Sets the traffic again: ${reason.text}`,
    kubernetesEvent: (data, state) =>
      warning('ShiftRepeated', `${tag(state)}: sets the traffic again: ${data.reason.text}`, stepSubject(data)),
    notification: null,
  },
  ReleasePaused: {
    sentence: ({ reason }) => capitalized(reason.text),
    kubernetesEvent: ({ reason }, state) =>
      normal('ReleasePaused', `${tag(state)} waits until a user resumes, promotes or aborts it: ${reason.text}`),
    notification: notify('waiting'),
  },
  ScaleDownDecided: {
    sentence: ({ reason }) => `Decided to scale the canary down: ${reason.text}`,
    kubernetesEvent: ({ reason }, state) =>
      warning('CanaryScaleDownStarted', `Taking the traffic and the pods of the canary of ${tag(state)} away: ${reason.text}`),
    // The hold follows; if it does not, the rollback does.
    notification: null,
  },
  ReleaseHeld: {
    sentence: ({ reason, isScaledDown }) => `Held ${heldHow(isScaledDown)}: ${reason.text}`,
    kubernetesEvent: ({ reason, isScaledDown }, state) =>
      warning(
        'ReleaseHeld', `${tag(state)} is held ${heldHow(isScaledDown)} until a user resumes, promotes or aborts it: ${reason.text}`,
      ),
    notification: notify('waiting'),
  },
  ReleaseResumed: {
    sentence: ({ reason }) => capitalized(reason.text),
    kubernetesEvent: ({ reason }, state) => normal('ReleaseResumed', `${tag(state)} continues: ${reason.text}`),
    notification: null,
  },
  PromotionDecided: {
    sentence: ({ reason }) => `Decided to promote: ${reason.text}`,
    kubernetesEvent: ({ reason }, state) => normal('PromotionStarted', `Promoting ${tag(state)}: ${reason.text}`),
    notification: null,
  },
  RollbackDecided: {
    sentence: ({ reason }) => `Decided to roll back: ${reason.text}`,
    kubernetesEvent: ({ to, reason }, state) =>
      warning('RollbackStarted', `Rolling back ${tag(state)}${to ? ` to ${to.imageTag}` : ''}: ${reason.text}`),
    notification: notify('rollingBack'),
  },
  IntentRefused: { sentence: ({ reason }) => capitalized(reason.text), kubernetesEvent: null, notification: null },
};

const heldHow = (isScaledDown: true | undefined): string => (isScaledDown ? 'with its canary scaled down' : 'where it is');

const ends: Entries<'ReleasePromoted' | 'ReleaseRolledBack' | 'ReleaseHandedBack' | 'ReleaseFailed' | 'ReleaseStuck'> = {
  ReleasePromoted: {
    sentence: ({ reason }) => `Promoted: ${reason.text}`,
    kubernetesEvent: ({ reason }, state) => normal('ReleasePromoted', `${tag(state)} was promoted: ${reason.text}`),
    notification: notify('promoted'),
  },
  ReleaseRolledBack: {
    sentence: ({ reason }) => `Rolled back: ${reason.text}`,
    kubernetesEvent: ({ reason }, state) => warning('ReleaseRolledBack', `${tag(state)} was rolled back: ${reason.text}`),
    notification: notify('rolledBack'),
  },
  ReleaseHandedBack: {
    sentence: ({ reason }) => `Handed back: ${reason.text}`,
    kubernetesEvent: ({ reason }) => normal('HandedBack', capitalized(reason.text)),
    notification: notify('handedBack'),
  },
  ReleaseFailed: {
    sentence: ({ reason }) => `Failed: ${reason.text}`,
    kubernetesEvent: ({ reason }, state) => warning('ReleaseFailed', `${tag(state)} failed: ${reason.text}`),
    notification: notify('failed'),
  },
  ReleaseStuck: {
    sentence: ({ reason }) => `Stuck, manual action required: ${reason.text}`,
    kubernetesEvent: ({ reason }, state) =>
      warning('ReleaseStuck', `The rollback of ${tag(state)} is stuck, manual action required: ${reason.text}`),
    notification: notify('stuck'),
  },
};

export const decisions = { ...unplanned, ...running, ...ends };
