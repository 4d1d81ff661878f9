import type { Awaits } from '@alloy/contracts';
import { isEnded, isTimed } from './guards';
import {
  deadlineOf, hasEffect, inspectedUntil, isEffectOpen, isDeletionFatal, isSettled, isWatchedThroughout, needsWatching, observedUntil,
} from './step-rules';
import { resizedTo } from './canary-size';
import type { TimedState } from './status-traits';
import { repeatsFrom } from './traffic-drift';
import type { Due } from './context';
import type { Current } from './current';
import type { PendingIntent, State } from './state';
import { isoOf } from './time';

/** Who must act next, and when the planner must decide again even if no event arrives. */
export function due(state: State): Due {
  const at = nextDue(state);
  return { awaits: awaits(state), nextDueAt: at === null ? null : isoOf(at) };
}

/**
 * The next time at which time alone can make a decision due, in ms since 1970; null: none. Absence of a service
 * postpones it, see `activeMs`.
 */
export function nextDue(state: State): number | null {
  if (!isTimed(state)) return null;
  if (state.status === 'gated') return state.inspection === null ? inspectedUntil(state) : null;
  return state.current === null ? null : decisionTime({ ...state, current: state.current });
}

const decisionTime = (state: TimedState & { readonly current: Current }): number | null =>
  (state.status === 'releasing' ? repeatsFrom(state, state.current) : null) ?? stepTime(state.current);

const stepTime = (current: Current): number | null =>
  !hasEffect(current.spec) && isSettled(current) ? observedUntil(current) : deadlineOf(current);

function awaits(state: State): readonly Awaits[] {
  if (state.status === 'stuck') return [...answering(state.intents), ...retrying(state.current)];
  if (isEnded(state)) return answering(state.intents);
  switch (state.status) {
    case 'none':
      return [];
    case 'requested':
    case 'queued':
      return ['planner'];
    case 'gated':
      return state.inspection === null ? ['planner', 'executor'] : ['planner'];
    case 'paused':
    case 'held':
      return answering(state.intents);
    case 'releasing':
    case 'scalingDown':
    case 'promoting':
    case 'baking':
    case 'rollingBack':
      return running(state.current, state.intents.length > 0 || resizedTo(state) !== undefined);
  }
}

/** The planner answers pending intents; nothing else is done. */
const answering = (intents: readonly PendingIntent[]): readonly Awaits[] => (intents.length > 0 ? ['planner'] : []);

/** The executor continues a stuck rollback; the planner ends the release once it is finished. */
const retrying = (current: Current | null): readonly Awaits[] => (current === null ? [] : current.effectDone ? ['planner'] : ['executor']);

function running(current: Current | null, asked: boolean): readonly Awaits[] {
  if (current === null) return ['planner'];
  const who: Awaits[] = [];
  if (asked || plannerMayAct(current)) who.push('planner');
  if (isEffectOpen(current)) who.push('executor');
  if (isWatched(current)) who.push('watcher');
  return who;
}

/** During a rollback or a scale-down a degraded pod is only recorded. */
const plannerMayAct = (current: Current): boolean =>
  (current.degraded !== null && current.spec.kind !== 'rollback' && current.spec.kind !== 'scaleDownCanary') ||
  isDeletionFatal(current) ||
  current.trafficDrift !== undefined ||
  current.effectFailed !== null ||
  current.verdict?.verdict === 'fail' ||
  (hasEffect(current.spec) && isSettled(current));

const isWatched = ({ spec, ready }: Current): boolean =>
  needsWatching(spec) && (!ready || isWatchedThroughout(spec));
