import { deadlineReason } from '../reasons/deadline';
import { deletedReason } from '../reasons/deleted';
import { degradedReason } from '../reasons/degraded';
import { reason } from '../reasons/reason';
import { noteDrift } from '../reasons/drift';
import { resizedReason } from '../reasons/resized';
import { failedReason, inconclusiveReason } from '../reasons/verdict';
import { noteAbsence, withAbsence } from '../reasons/absence';
import type { Reason } from '../events';
import type { Absence } from '../heartbeats';
import { plannedAt, resizedTo, splitNow } from '../canary-size';
import { absenceOf, activeMs, clockOf, sinceStart } from '../active-time';
import { countedFrom, hasEffect, isComplete, isDeletionFatal } from '../step-rules';
import { hasCanary } from '../plan';
import { rulesOf } from '../step-kinds/registry';
import { trafficFailure } from '../traffic-drift';
import { rollback } from './rollback';
import type { Context, Decision } from '../context';
import type { Current } from '../current';
import type { OnFail } from '../policy';
import type { StateOf } from '../state';

type Stepping = StateOf<'releasing' | 'promoting' | 'baking'>;

/** Starts the plan's next step; undefined after the last. */
export function startNext(state: Stepping): Decision | undefined {
  const step = nextStep(state);
  const spec = plannedAt(state, step);
  return spec && { type: 'StepStarted', data: { step, attempt: attemptAt(state, step), decision: state.version + 1, spec } };
}

/** Index of the next step. Of steps that are repeated those without an effect have passed. */
function nextStep({ plan: { steps }, done, redo }: Stepping): number {
  return redo ? steps.findIndex((step, index) => index >= done && (index >= redo.until || hasEffect(step))) : done;
}

const attemptAt = ({ redo, attempts }: Stepping, step: number): number =>
  attempts === undefined && redo && step <= redo.until ? redo.attempt : 1 + (attempts ?? 0);

/** Sizes the canary for the pods that stable has now. */
export function resize(state: Stepping, current: Current): Decision | undefined {
  const split = resizedTo(state);
  if (!split) return undefined;
  const from = splitNow(state)?.canary ?? 0;
  return { type: 'CanaryResized', data: { ...current.ref, split, reason: resizedReason(from, split) } };
}

/** Completes the current step. */
export const complete = (current: Current, why: Reason): Decision => ({ type: 'StepCompleted', data: { ...current.ref, reason: why } });

/** Completes the current step once its effects and observations have arrived. */
export function completeIfDone(state: Stepping, current: Current, context: Context, now: number): Decision | undefined {
  if (!isOver(current, context, now)) return undefined;
  const completed = complete(current, rulesOf(current.spec).doneReason(current, state.weights));
  return withAbsence(completed, absenceOf(sinceStart(current), context, now));
}

/** A pause also lasts as long by the time that the watcher has observed, so that a wrong clock never shortens it. */
function isOver(current: Current, context: Context, now: number): boolean {
  if (!isComplete(current, now)) return false;
  const { spec } = current;
  return spec.kind !== 'pause' || activeMs(sinceStart(current), context, now) >= (spec.duration ?? 0) * 1_000;
}

/** Why a step has failed. */
export interface Failure {
  readonly reason: Reason;
  /** Time that the deadline did not count; default none. */
  readonly absence?: Absence;
  /** What it does; default: `onFail` of the policy. */
  readonly then?: OnFail | undefined;
}

/** Does what the policy asks for if the current step has failed. */
export function failed(state: Stepping, current: Current, context: Context, now: number): Decision | undefined {
  const found = failure(state, current, context, now);
  return found && withAbsence(answerTo(state, found), found.absence);
}

function answerTo(state: Stepping, { reason: why, then: onFail = state.policy.onFail }: Failure): Decision {
  const { plan, stable } = state;
  if (onFail === 'hold') return { type: 'ReleaseHeld', data: { reason: why } };
  // From the promotion on `web` itself runs the new version, so that only a rollback takes its traffic away.
  const hasTwo = state.status === 'releasing' && stable !== null && hasCanary(plan);
  if (onFail !== 'scaleDownCanary' || !hasTwo) return rollback(state, why);
  return { type: 'ScaleDownDecided', data: { attempt: 1, reason: why, replicas: plan.replicas } };
}

/** The failure of the current step, if any: first by findings and outcomes, then by its deadline. */
export function failure(state: Stepping, current: Current, context: Context, now: number): Failure | undefined {
  const observed = observedFailure(current);
  if (observed) return { reason: observed };
  // Its time counts again once the traffic is as the release has set it.
  return current.trafficDrift ? trafficFailure(state, current) : overdue(state, current, context, now);
}

/** The finding or outcome, if any, that forbids to continue. */
export function observedFailure(current: Current): Reason | undefined {
  const { spec, degraded, deleted, effectFailed, verdict } = current;
  if (degraded !== null) return degradedReason(degraded);
  if (deleted !== null && isDeletionFatal(current)) return deletedReason(deleted);
  if (effectFailed !== null)
    return reason(effectFailed.refusal.code, 'effect', `${spec.kind} failed: ${effectFailed.refusal.text}`, { step: spec.kind });
  if (spec.kind === 'analyse' && verdict?.verdict === 'fail') return failedReason(spec, verdict);
  return undefined;
}

/** The step's deadline has passed without completion. */
function overdue(state: Stepping, current: Current, context: Context, now: number): Failure | undefined {
  if (!isOverdue(current, context, now) || isComplete(current, now)) return undefined;
  const absence = absenceOf(clockOf(current), context, now);
  const why = current.spec.kind === 'analyse'
    ? inconclusiveReason(current.spec, current)
    : deadlineReason('progress_deadline', current, state.request.workload);
  return { reason: noteAbsence(noteDrift(why, state.drift), absence), ...(absence && { absence }) };
}

/** Whether the attempt's deadline has passed, counting only time in which all needed workers were active. */
export const isOverdue = (current: Current, context: Context, now: number): boolean =>
  countedFrom(current) !== null && activeMs(clockOf(current), context, now) >= current.spec.deadline * 1_000;
