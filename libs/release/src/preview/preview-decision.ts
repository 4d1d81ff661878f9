import type { Actor } from '@alloy/contracts';
import { decide } from '../decide';
import type { EventOf, Payloads, ReleaseEvent, StableRef } from '../events';
import { evolve } from '../evolve';
import { isRunning } from '../guards';
import { initialState } from '../initial-state';
import type { Context } from '../context';
import type { Identity, RunningState, State } from '../state';
import { isoOf } from '../time';

export interface PreviewInput extends Identity {
  readonly request: Payloads['ReleaseRequested'];
  readonly context: Context;
  readonly inspection: Payloads['TargetInspected'];
  /** The version that the inspection would adopt; null: none. */
  readonly adopted: StableRef | null;
  /** Ms since 1970. */
  readonly now: number;
}

/** What the planner would decide after the inspection. */
export type PreviewDecision = EventOf<'ReleasePlanned' | 'ReleaseRejected' | 'ReleaseFailed'>;

export interface ReleasePreview {
  readonly decision: PreviewDecision;
  /** The release at the start of each step of the plan; empty without a plan. */
  readonly steps: readonly RunningState[];
}

const PLANNER: Actor = { kind: 'service', id: 'planner' };

/**
 * The decision of `decide` about a release that neither the queue nor a hold delays, and its states along the plan.
 * Pure; nothing is recorded.
 */
export function previewDecision(input: PreviewInput): ReleasePreview {
  const { releaseId, project, environment, request, inspection, adopted, now } = input;
  const { hold: _waits, ...admitted } = input.context;
  const { counter } = admitted.slot;
  const context: Context = { ...admitted, slot: { holder: null, counter }, waiting: [] };
  const gated = [
    { type: 'ReleaseRequested', data: request } as const,
    { type: 'GateOpened', data: { gate: 'slot', slotCounter: counter } } as const,
    ...(adopted ? [{ type: 'StableAdopted', data: { stable: adopted } } as const] : []),
    { type: 'TargetInspected', data: inspection } as const,
  ].reduce<State>((state, event) => next(state, event, now), initialState({ releaseId, project, environment }));
  const [decision] = decide(gated, context, now);
  if (!decision || !isPreviewed(decision)) throw new Error(`an inspected release is not planned but ${decision?.type}`);
  return { decision, steps: decision.type === 'ReleasePlanned' ? statesAlong(next(gated, decision, now), now) : [] };
}

const isPreviewed = (event: ReleaseEvent): event is PreviewDecision =>
  event.type === 'ReleasePlanned' || event.type === 'ReleaseRejected' || event.type === 'ReleaseFailed';

const next = (state: State, event: ReleaseEvent, now: number): State =>
  evolve(state, { ...event, id: '', version: state.version + 1, occurredAt: isoOf(now), actor: PLANNER });

/** Each step begins after a later decision than the one before, as in a real release: its fence is higher. */
function statesAlong(planned: State, now: number): readonly RunningState[] {
  if (!isRunning(planned)) return [];
  return planned.plan.steps.flatMap((spec, step) => {
    const before = { ...planned, version: planned.version + step, done: step };
    const started = next(before, { type: 'StepStarted', data: { step, attempt: 1, decision: before.version + 1, spec } }, now);
    return isRunning(started) ? [started] : [];
  });
}
