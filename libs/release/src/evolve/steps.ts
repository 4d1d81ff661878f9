import type { EventOf, Payloads, StepRef } from '../events';
import { isRunning } from '../guards';
import { isShift, type Plan } from '../plan';
import { sameRef } from '../step-ref';
import type { Current, RollbackSpec, ScaleDownSpec } from '../current';
import type { PendingIntent, Recorded, RunningState, State, StateOf } from '../state';
import { hasEffect, isSkippable } from '../step-rules';
import { withoutAnswered, withoutFirst } from './intents';
import { afterRepeats } from './shifts';

export function stepStarted(state: State, event: Recorded<EventOf<'StepStarted'>>): State {
  if (state.status !== 'releasing' && state.status !== 'promoting' && state.status !== 'baking') return state;
  const { spec, step, attempt, decision } = event.data;
  const weights = spec.kind === 'shiftTraffic' || spec.kind === 'setPartition' ? { ...state.weights, asked: spec.weight } : state.weights;
  const { attempts: _failed, ...rest } = state;
  const split = 'split' in spec && state.stablePods !== undefined ? { split: spec.split } : {};
  const lastShift = isShift(spec) ? { lastShift: { step, attempt } } : {};
  const most = attempt > (state.mostAttempts ?? 1) ? { mostAttempts: attempt } : {};
  const current = begin({ step, attempt, decision }, spec, event.occurredAt);
  return { ...rest, done: step, weights, ...split, ...lastShift, ...most, current };
}

/** The step begins no new attempt, but its effect and its pods are open again. */
export function canaryResized(state: State, event: Recorded<EventOf<'CanaryResized'>>): State {
  if (state.status !== 'releasing' || state.current === null || !sameRef(state.current.ref, event.data)) return state;
  const { current } = state;
  const { split } = event.data;
  const spec = 'split' in current.spec ? { ...current.spec, split } : current.spec;
  const effect = hasEffect(spec) ? { effectDone: false, effectDoneAt: null } : {};
  const resize = { decision: event.version, split, isDone: false };
  return { ...state, split, current: { ...current, ...effect, spec, resize, ready: false, readyAt: null } };
}

export function stepCompleted(state: State, event: Recorded<EventOf<'StepCompleted'>>): State {
  if (!isRunning(state) || state.current === null || !sameRef(state.current.ref, event.data)) return state;
  return {
    ...afterRepeats(state, event.data.step),
    current: null,
    weights: state.current.spec.kind === 'promote' ? { asked: 100, reached: 100 } : state.weights,
    intents: intentsAfter(state, event.data),
  };
}

/** The intents that a step's end leaves unanswered. */
function intentsAfter({ intents, plan }: RunningState, { step, reason: { code } }: Payloads['StepCompleted']): readonly PendingIntent[] {
  if (code === 'resumed_by_person') return withoutFirst(intents, 'ResumeRequested');
  if (code !== 'skipped_by_person' && code !== 'promoted_by_person') return intents;
  const isAnswered = (intent: PendingIntent): boolean => (intent.full ? isLastSkippable(plan, step) : (intent.step ?? step) <= step);
  return withoutAnswered(intents, (intent) => intent.type === 'PromotionRequested' && isAnswered(intent));
}

export function promotionDecided(state: State, event: Recorded<EventOf<'PromotionDecided'>>): State {
  if (state.status !== 'releasing') return state;
  const bySkipping = event.data.reason.code === 'skipped_by_person';
  const { attempts: _skipped, ...rest } = state;
  return {
    ...rest,
    status: 'promoting',
    done: state.plan.steps.findIndex((step) => step.kind === 'promote'),
    current: null,
    weights: { ...state.weights, asked: 100 },
    intents: bySkipping ? withoutAnswered(state.intents, (intent) => intent.type === 'PromotionRequested') : state.intents,
  };
}

export function rollbackDecided(state: State, event: Recorded<EventOf<'RollbackDecided'>>): State {
  if (!isRunning(state) || state.status === 'rollingBack') return state;
  const { attempt, reason, to, replicas } = event.data;
  const spec: RollbackSpec = {
    kind: 'rollback',
    target: state.plan.steps[0]!.target,
    deadline: state.policy.progressDeadline,
    to,
    replicas,
    onFirstFailure: state.policy.onFirstFailure,
  };
  return {
    ...state,
    status: 'rollingBack',
    rollbackReason: reason,
    rolledBackFrom: rolledBackFrom(state),
    ...(state.status === 'held' && { heldFor: state.holdReason }),
    ...(state.status === 'scalingDown' && { heldFor: state.scaleDownReason }),
    current: begin({ step: -1, attempt, decision: event.version }, spec, event.occurredAt),
    weights: { ...state.weights, asked: 0 },
    intents: reason.code === 'aborted' ? withoutAnswered(state.intents, (intent) => intent.type === 'AbortRequested') : state.intents,
  };
}

function rolledBackFrom(state: Exclude<RunningState, { status: 'rollingBack' }>): StateOf<'rollingBack'>['rolledBackFrom'] {
  if (state.status === 'held') return state.heldFrom;
  return state.status === 'scalingDown' ? 'releasing' : state.status;
}

export function scaleDownDecided(state: State, event: Recorded<EventOf<'ScaleDownDecided'>>): State {
  if (state.status !== 'releasing' || state.current === null) return state;
  const { attempt, reason, replicas } = event.data;
  const spec: ScaleDownSpec = {
    kind: 'scaleDownCanary', target: state.plan.steps[0]!.target, deadline: state.policy.progressDeadline, replicas,
  };
  return {
    ...state,
    status: 'scalingDown',
    scaleDownReason: reason,
    failed: state.current,
    current: begin({ step: -1, attempt, decision: event.version }, spec, event.occurredAt),
    weights: { ...state.weights, asked: 0 },
  };
}

/**
 * A full promotion is answered when the last analysis or pause ends. Plans with rules 1 still refuse it, as their logs
 * record.
 */
const isLastSkippable = ({ rules = 1, steps }: Plan, step: number): boolean => rules >= 2 && !steps.slice(step + 1).some(isSkippable);

const begin = (ref: StepRef, spec: Current['spec'], at: string): Current => ({
  ref, spec, startedAt: at, progressedAt: at, effectDone: false, ready: false, effectDoneAt: null, readyAt: null,
  absenceDetected: false,
  pauses: [],
  mostReady: 0,
  workload: null,
  degraded: null,
  blocked: null,
  deleted: null,
  effectFailed: null,
  access: null,
  verdict: null,
});
