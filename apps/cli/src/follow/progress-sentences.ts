import { describeEvent, prunePlanText } from '@alloy/catalogue';
import {
  hasCanary, isPartitioned, isRunning, isSuspended, isWeighing, wantedPods, type EventOf, type Plan, type Recorded,
  type ReleaseEventType, type State,
} from '@alloy/release';
import { percent } from '../tree/verdict-text';
import { stageName } from './stage-name';

/** The progress line for an event, given the state before and after it; undefined: none. */
type Sentence<T extends ReleaseEventType> = (event: Recorded<EventOf<T>>, before: State, after: State) => string | undefined;

const silent = (): undefined => undefined;
const described = (event: Recorded): string => uncapitalized(describeEvent(event));
const describedBy = (event: Recorded): string => `${described(event)}, by ${event.actor.id}`;

/** The progress line of each event type; exhaustive. */
const sentences: { readonly [T in ReleaseEventType]: Sentence<T> } = {
  ReleaseRequested: silent,
  // The decision that answers an intent names the user.
  PromotionRequested: silent,
  AbortRequested: silent,
  PauseRequested: silent,
  ResumeRequested: silent,
  ReleaseShredded: describedBy,

  ReleaseRejected: described,
  ReleaseQueued: described,
  ReleaseSuperseded: described,
  GateOpened: silent,
  ReleasePlanned: ({ data: { plan, reason, stable, analysis } }, _before, after) =>
    `${planned(plan, tagOf(after), stable?.imageTag ?? null, reason.text)}${analysis ? `; ${analysis.reason.text}` : ''}${prunePlanText(plan.prune)}`,
  StepStarted: (event) => (event.data.spec.kind === 'pause' ? described(event) : undefined),
  StepCompleted: ({ data }, before) => completed(data.reason.code, data.reason.text, before),
  CanaryResized: (event, before) => `${stageOf(before)}: ${event.data.reason.text}`,
  ShiftRepeated: (event, before) => `${stageOf(before)}: sets the traffic again: ${event.data.reason.text}`,
  ReleasePaused: ({ data }) => data.reason.text,
  ScaleDownDecided: ({ data }) => `scaling the canary down: ${data.reason.text}`,
  ReleaseHeld: described,
  ReleaseResumed: ({ data }) => data.reason.text,
  PromotionDecided: ({ data }, _before, after) => `promoting ${tagOf(after)}: ${data.reason.text}`,
  ReleasePromoted: (event, before) =>
    event.data.reason.code === 'already_stable' ? event.data.reason.text : `promoted ${tagOf(before)}${duration(before, event)}`,
  RollbackDecided: ({ data }) => `rolling back${data.to ? ` to ${data.to.imageTag}` : ''}: ${data.reason.text}`,
  ReleaseRolledBack: (event, before) =>
    `rolled back${isRunning(before) && before.stable ? ` to ${before.stable.imageTag}` : ''}${duration(before, event)}`,
  ReleaseHandedBack: (event, before) => `${described(event)}${duration(before, event)}`,
  ReleaseAborted: described,
  ReleaseFailed: described,
  ReleaseStuck: described,
  IntentRefused: described,

  TargetInspected: (event) => (event.data.missing?.length && !event.data.refusal ? described(event) : undefined),
  StableAdopted: described,
  ManifestsApplied: (event) => (event.data.pruned ? described(event) : undefined),
  WorkloadScaled: silent,
  TrafficShifted: ({ data }, before) => switched(data, before) ??
    (data.asked > 0 && Math.abs(data.reached - data.asked) >= 1
      ? `${stageOf(before)}: receives ${percent(data.reached)} of the traffic`
      : undefined),
  WorkloadHandedBack: described,
  // The decision that follows repeats it.
  EffectFailed: silent,

  WorkloadBecameReady: ({ data }, before) =>
    isRunning(before) && before.current && wantedPods(before.current.spec) ? pods(data, before) : undefined,
  WorkloadProgressed: ({ data }, before) => pods(data, before),
  // A running release is rolled back immediately, and that line has the same text; a paused one is not.
  WorkloadDegraded: (event, before) => (isSuspended(before) ? described(event) : undefined),
  WorkloadBlocked: (event, before) => `${stageOf(before)}: ${described(event)}`,
  WorkloadUnblocked: (event, before) => `${stageOf(before)}: ${described(event)}`,
  // The decision that follows names the number.
  StableScaled: silent,
  FollowerObserved: described,
  WorkloadDeleted: (event, before) => (before.status === 'releasing' ? undefined : described(event)),
  TrafficDrifted: (event) => describeEvent(event),
  WorkloadDrifted: (event) => describeEvent(event),
  // After the end of the release.
  StableDrifted: (event) => describeEvent(event),
  StableRestored: (event) => describeEvent(event),
  ClusterAccessFailed: described,
  ClusterAccessRegained: described,
  AbsenceDetected: described,
  VerdictReached: ({ data }, before) =>
    data.verdict === 'inconclusive' ? `${stageOf(before)}: inconclusive so far: ${data.detail}` : undefined,
};

/** The progress line for `event`, such as `canary 17 %: 1 of 1 pods ready`; undefined: none. */
export function progressSentence(event: Recorded, before: State, after: State): string | undefined {
  const sentence = sentences[event.type] as (event: Recorded, before: State, after: State) => string | undefined;
  return sentence(event, before, after);
}

/**
 * Weight in percent of the stage of the plan's step `index`; undefined: none, as in a rollout and from promotion on.
 */
export function stageWeight({ steps }: Plan, index: number): number | undefined {
  // A step that only scales the canary keeps its weight.
  if (steps[index]?.kind === 'scaleCanary' && steps[index + 1]?.kind !== 'shiftTraffic')
    return steps.slice(0, index).findLast((step) => step.kind === 'shiftTraffic')?.weight ?? 0;
  for (const step of steps.slice(Math.max(0, index))) {
    if (step.kind === 'promote') return undefined;
    if (isWeighing(step) || step.kind === 'analyse' || (step.kind === 'pause' && step.weight > 0)) return step.weight;
  }
  return undefined;
}

function planned(plan: Plan, tag: string, stable: string | null, why: string): string {
  if (plan.strategy === 'handBack') return `handing the workload back (${why})`;
  if (!hasCanary(plan) && !isPartitioned(plan)) return `${plan.strategy} of ${tag} to ${plan.replicas} pods (${why})`;
  if (isSwitched(plan)) return `blueGreen of ${tag} behind Service ${plan.traffic.service} (stable version: ${stable ?? 'none'})`;
  const parts = plan.steps.flatMap((step) => {
    if (step.kind === 'setHeaderRoute') return step.match ? [`header route ${step.name}`] : [];
    if (step.kind === 'setMirrorRoute') return step.percentage === null ? [] : [`mirror route ${step.name}`];
    return step.kind === 'shiftTraffic' || step.kind === 'setPartition' ? [percent(step.weight)] : [];
  });
  return `${plan.strategy} of ${tag} at ${parts.join(', ')} (stable version: ${stable ?? 'none'})`;
}

type Switched = Plan & { readonly traffic: NonNullable<Plan['traffic']> };
const isSwitched = (plan: Plan): plan is Switched => plan.strategy === 'blueGreen' && plan.traffic !== undefined;

/** The switch of a Service; undefined: none. */
const switched = ({ asked }: { readonly asked: number }, state: State): string | undefined =>
  asked === 100 && isRunning(state) && isSwitched(state.plan)
    ? `Service ${state.plan.traffic.service} switched to ${tagOf(state)}`
    : undefined;

function completed(code: string, text: string, before: State): string | undefined {
  const current = isRunning(before) ? before.current : null;
  if (current?.spec.kind === 'pause') return text;
  if (current?.spec.kind !== 'analyse' || !isRunning(before)) return undefined;
  const { spec, verdict } = current;
  const stage = before.plan.strategy === 'blueGreen' ? stageName(before.plan, spec.weight) : percent(spec.weight);
  if (code !== 'verdict_passed' || verdict === null) return `${stage} completed: ${text}`;
  const { canaryErrors, canaryRequests, canaryErrorRate, baselineErrors, baselineRequests } = verdict.numbers;
  const seen =
    canaryErrorRate === null
      ? verdict.detail
      : `${canaryErrors} of ${canaryRequests} requests failed, stable ${baselineErrors} of ${baselineRequests}`;
  return `${stage} passed: ${seen}`;
}

/** `canary 17 %`, `promotion` or `rollback`: the part of the release in progress. */
function stageOf(state: State): string {
  if (!isRunning(state) || !state.current) return 'release';
  const { spec, ref } = state.current;
  if (spec.kind === 'rollback') return 'rollback';
  if (spec.kind === 'scaleDownCanary') return 'scale-down';
  if (spec.kind === 'handBack') return 'hand-back';
  const weight = stageWeight(state.plan, ref.step);
  return weight === undefined ? 'promotion' : stageName(state.plan, weight);
}

const pods = ({ ready, desired }: { readonly ready: number; readonly desired: number }, state: State): string =>
  `${stageOf(state)}: ${ready} of ${desired} pods ready`;

/** A sentence as the part of a line after a colon. */
const uncapitalized = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

const tagOf = (state: State): string => (state.status === 'none' ? 'the release' : state.request.imageTag);

/** For example ` in 19 s`, counted from the request. */
const duration = (state: State, { occurredAt }: Recorded): string =>
  state.status === 'none' ? '' : ` in ${Math.round((Date.parse(occurredAt) - Date.parse(state.requestedAt)) / 1_000)} s`;
