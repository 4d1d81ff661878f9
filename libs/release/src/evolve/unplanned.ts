import type { EventOf } from '../events';
import { isUnplanned } from '../guards';
import type { Recorded, State, UnplannedState } from '../state';

/** Seconds in which the executor must inspect the cluster; default of the policy. */
const DEFAULT_DEADLINE = 600;

export function releaseRequested(state: State, event: Recorded<EventOf<'ReleaseRequested'>>): State {
  if (state.status !== 'none') return state;
  const { releaseId, project, environment } = state;
  return {
    status: 'requested', releaseId, project, environment,
    version: event.version, request: event.data, requestedBy: event.actor, requestedAt: event.occurredAt, updatedAt: event.occurredAt,
    intents: [], inspection: null, adopted: null,
  };
}

export function releaseQueued(state: State, event: Recorded<EventOf<'ReleaseQueued'>>): State {
  const { behind, hold } = event.data;
  return isUnplanned(state) ? { ...state, status: 'queued', behind, hold, inspection: null } : state;
}

export function gateOpened(state: State, event: Recorded<EventOf<'GateOpened'>>): State {
  if (!isUnplanned(state)) return state;
  const { slotCounter, deadline = DEFAULT_DEADLINE } = event.data;
  return {
    ...state, status: 'gated', slotCounter, gate: event.version, openedAt: event.occurredAt, deadline, access: null,
    absenceDetected: false, inspection: null, adopted: null,
  };
}

export function stableAdopted(state: State, event: Recorded<EventOf<'StableAdopted'>>): State {
  return isUnplanned(state) ? { ...state, adopted: event.data.stable } : state;
}

export function targetInspected(state: State, event: Recorded<EventOf<'TargetInspected'>>): State {
  return state.status === 'gated' ? { ...state, inspection: event.data } : state;
}

export function releasePlanned(state: State, event: Recorded<EventOf<'ReleasePlanned'>>): State {
  if (!isUnplanned(state)) return state;
  const { releaseId, project, environment, version, request, requestedBy, requestedAt, updatedAt, intents } = state;
  const { plan, policy, policyVersion, slotCounter, stable, analysis = null } = event.data;
  return {
    status: 'releasing', releaseId, project, environment, version, request, requestedBy, requestedAt, updatedAt,
    intents, plan, policy, slotCounter, stable, analysis, plannedAt: event.occurredAt, done: 0, current: null,
    weights: { asked: 0, reached: null },
    verdicts: [],
    ...(policyVersion !== undefined && { policyVersion }),
    ...(stable && overwritesChange(state) && { overwritesChange: true }),
  };
}

/** Whether another client's change runs that the executor has not adopted. */
const overwritesChange = ({ inspection, adopted }: UnplannedState): boolean =>
  adopted === null && inspection?.live !== undefined && !inspection.live.matches && !inspection.live.unfinished;
