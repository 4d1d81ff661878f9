import type { EventFamily } from '@alloy/contracts';
import type { ReleaseEventType } from './events';

/** The family of each type; exhaustive. */
export const familyOf: Readonly<Record<ReleaseEventType, EventFamily>> = {
  ReleaseRequested: 'intent', PromotionRequested: 'intent', AbortRequested: 'intent', PauseRequested: 'intent',
  ResumeRequested: 'intent',
  ReleaseShredded: 'intent',
  ReleaseRejected: 'decision',
  ReleaseQueued: 'decision',
  ReleaseSuperseded: 'decision',
  GateOpened: 'decision',
  ReleasePlanned: 'decision',
  StepStarted: 'decision',
  StepCompleted: 'decision',
  ReleasePaused: 'decision',
  ReleaseResumed: 'decision',
  PromotionDecided: 'decision',
  ReleasePromoted: 'decision',
  RollbackDecided: 'decision',
  ReleaseRolledBack: 'decision',
  ReleaseAborted: 'decision',
  ReleaseFailed: 'decision',
  ReleaseStuck: 'decision',
  IntentRefused: 'decision',
  TargetInspected: 'outcome',
  StableAdopted: 'outcome',
  ManifestsApplied: 'outcome',
  WorkloadScaled: 'outcome',
  TrafficShifted: 'outcome',
  EffectFailed: 'outcome',
  WorkloadBecameReady: 'finding',
  WorkloadProgressed: 'finding',
  WorkloadDegraded: 'finding',
  WorkloadBlocked: 'finding',
  WorkloadUnblocked: 'finding',
  WorkloadDeleted: 'finding',
  WorkloadDrifted: 'finding',
  StableDrifted: 'finding',
  StableRestored: 'finding',
  ClusterAccessFailed: 'finding',
  ClusterAccessRegained: 'finding',
  AbsenceDetected: 'finding',
  VerdictReached: 'finding',
};

/** Payload schemas that writers use now; readers upcast older ones. */
export const schemaOf = (_type: ReleaseEventType): number => 1;
