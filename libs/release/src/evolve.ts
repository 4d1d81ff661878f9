import { familyOf } from './event-family';
import type { EventOf, ReleaseEventType } from './events';
import type { Recorded, State } from './state';
import * as ends from './evolve/ends';
import * as facts from './evolve/facts';
import * as intents from './evolve/intents';
import * as pauses from './evolve/pauses';
import * as shifts from './evolve/shifts';
import * as steps from './evolve/steps';
import * as unplanned from './evolve/unplanned';

type Evolvers = { readonly [T in ReleaseEventType]: (state: State, event: Recorded<EventOf<T>>) => State };

/** One function per event type; exhaustive. */
const evolvers: Evolvers = {
  ReleaseRequested: unplanned.releaseRequested,
  ReleaseQueued: unplanned.releaseQueued,
  GateOpened: unplanned.gateOpened,
  StableAdopted: unplanned.stableAdopted,
  TargetInspected: unplanned.targetInspected,
  ReleasePlanned: unplanned.releasePlanned,

  PromotionRequested: intents.intentRequested,
  AbortRequested: intents.intentRequested,
  PauseRequested: intents.intentRequested,
  ResumeRequested: intents.intentRequested,
  IntentRefused: intents.intentRefused,
  ReleaseShredded: (state) => state,

  StepStarted: steps.stepStarted,
  StepCompleted: steps.stepCompleted,
  PromotionDecided: steps.promotionDecided,
  RollbackDecided: steps.rollbackDecided,
  CanaryResized: steps.canaryResized,
  ShiftRepeated: shifts.shiftRepeated,
  ReleasePaused: pauses.releasePaused,
  ScaleDownDecided: steps.scaleDownDecided,
  ReleaseHeld: pauses.releaseHeld,
  ReleaseResumed: pauses.releaseResumed,

  ManifestsApplied: facts.manifestsApplied,
  WorkloadScaled: facts.workloadScaled,
  TrafficShifted: facts.trafficShifted,
  WorkloadHandedBack: facts.workloadHandedBack,
  EffectFailed: facts.effectFailed,
  WorkloadBecameReady: facts.workloadBecameReady,
  WorkloadProgressed: facts.workloadProgressed,
  WorkloadDegraded: facts.workloadDegraded,
  WorkloadBlocked: facts.workloadBlocked,
  WorkloadUnblocked: facts.workloadUnblocked,
  StableScaled: facts.stableScaled,
  TrafficDrifted: shifts.trafficDrifted,
  FollowerObserved: facts.followerObserved,
  WorkloadDeleted: facts.workloadDeleted,
  WorkloadDrifted: facts.workloadDrifted,
  StableDrifted: (state) => state,
  StableRestored: (state) => state,
  ClusterAccessFailed: facts.clusterAccessFailed,
  ClusterAccessRegained: facts.clusterAccessRegained,
  AbsenceDetected: facts.absenceDetected,
  VerdictReached: facts.verdictReached,

  ReleaseRejected: ends.releaseRejected,
  ReleaseSuperseded: ends.releaseSuperseded,
  ReleaseAborted: ends.releaseAborted,
  ReleasePromoted: ends.releasePromoted,
  ReleaseRolledBack: ends.releaseRolledBack,
  ReleaseHandedBack: ends.releaseHandedBack,
  ReleaseFailed: ends.releaseFailed,
  ReleaseStuck: ends.releaseStuck,
};

/**
 * The state after one more event. Pure and total: an event without effect (a fact of an earlier step, anything after
 * the end)
 * changes only `version` and `updatedAt`.
 */
export function evolve(state: State, event: Recorded): State {
  const evolver = evolvers[event.type] as (state: State, event: Recorded) => State;
  const next = evolver(state, event);
  if (next.status === 'none') return next;
  // A decision proves that the planner is active.
  const isOver = next.plannerAbsentSince !== undefined && familyOf[event.type] === 'decision';
  return { ...next, version: event.version, updatedAt: event.occurredAt, ...(isOver && { plannerAbsentSince: undefined }) };
}
