import type { EventOf, StepRef, Workload } from '../events';
import { isRunning } from '../guards';
import { demandAfter } from '../canary-size';
import { isWeighing } from '../plan';
import { sameRef } from '../step-ref';
import { wantedPods } from '../step-rules';
import type { Current } from '../current';
import type { Recorded, RunningState, State, StateOf } from '../state';

export const manifestsApplied = (state: State, event: Recorded<EventOf<'ManifestsApplied'>>): State =>
  onCurrent(state, event, (current, at) => (current.spec.kind === 'apply' || current.spec.kind === 'retire' ? done(current, at) : current));

export const workloadHandedBack = (state: State, event: Recorded<EventOf<'WorkloadHandedBack'>>): State =>
  onCurrent(state, event, (current, at) => (current.spec.kind === 'handBack' ? done(current, at) : current));

export const workloadScaled = (state: State, event: Recorded<EventOf<'WorkloadScaled'>>): State =>
  onCurrent(state, event, (current, at) => {
    const { track, replicas } = event.data;
    const { spec, resize } = current;
    // An outcome of the size before is late.
    if (track === 'canary' && resize && replicas !== resize.split.canary) return current;
    if (wantedPods(spec)?.track === track || (spec.kind === 'scaleBaseline' && track === 'baseline')) return done(current, at);
    return track === 'canary' && resize ? { ...current, resize: { ...resize, isDone: true } } : current;
  });

export function stableScaled(state: State, { data }: Recorded<EventOf<'StableScaled'>>): State {
  if (!isRunning(state) || state.current === null || !sameRef(state.current.ref, data)) return state;
  return { ...state, stablePods: data.to, demand: demandAfter(state, data.to) };
}

export function trafficShifted(state: State, event: Recorded<EventOf<'TrafficShifted'>>): State {
  // A late outcome of the failed step: since then the canary has lost its traffic.
  if (state.status === 'held' && state.isScaledDown) return state;
  const { asked, reached, canaryReady } = event.data;
  const next = onCurrent(state, event, (current, at) => {
    const { spec, resize } = current;
    if (resize && canaryReady < resize.split.canary) return current;
    if (isWeighing(spec) && asked === spec.weight) return done(current, at);
    const returnsTraffic = spec.kind === 'rollback' || spec.kind === 'scaleDownCanary';
    return returnsTraffic && asked === 0 ? done(current, at) : current;
  });
  return next !== state && isCarriedOut(next) && next.current?.effectDone ? { ...next, weights: { asked, reached } } : next;
}

export const effectFailed = (state: State, event: Recorded<EventOf<'EffectFailed'>>): State =>
  onCurrent(state, event, (current) => ({ ...current, effectFailed: event.data }));

/** Applies to the decision that the service acted on: the gate, or that of the current step. */
export function clusterAccessFailed(state: State, event: Recorded<EventOf<'ClusterAccessFailed'>>): State {
  const { decision, refusal } = event.data;
  const access = { refusal, at: event.occurredAt, by: event.actor.id };
  if (state.status === 'gated') return state.gate === decision && state.inspection === null ? { ...state, access } : state;
  if (!isRunning(state) || state.current?.ref.decision !== decision) return state;
  return { ...state, current: { ...state.current, access } } satisfies RunningState;
}

/** Applies to the attempt whose worker is absent: the gate, or the current one. */
export function absenceDetected(state: State, { data }: Recorded<EventOf<'AbsenceDetected'>>): State {
  // The planner's absence does not concern the attempt.
  if (data.of.includes('planner')) return state.status === 'none' ? state : { ...state, plannerAbsentSince: data.since };
  if (state.status === 'gated') return state.gate === data.decision ? { ...state, absenceDetected: true } : state;
  if (!isRunning(state) || state.current?.ref.decision !== data.decision) return state;
  return { ...state, current: { ...state.current, absenceDetected: true } } satisfies RunningState;
}

/** Clears only a failure of the same service: the other service accesses the cluster independently. */
export function clusterAccessRegained(state: State, { data, actor }: Recorded<EventOf<'ClusterAccessRegained'>>): State {
  if (!isRunning(state) || state.current?.ref.decision !== data.decision || state.current.access?.by !== actor.id) return state;
  return { ...state, current: { ...state.current, access: null } } satisfies RunningState;
}

export const workloadBecameReady = (state: State, event: Recorded<EventOf<'WorkloadBecameReady'>>): State =>
  onCurrent(state, event, (current, at) => {
    const wanted = wantedPods(current.spec);
    // With an autoscaler the workload may desire fewer pods than planned; no more will come.
    const ready =
      wanted === undefined || (wanted.track === event.data.track && event.data.ready >= Math.min(wanted.replicas, event.data.desired));
    return {
      ...progressed(current, event.data, at),
      blocked: null,
      ready: current.ready || ready,
      readyAt: current.readyAt ?? (ready ? at : null),
    };
  });

export const workloadProgressed = (state: State, event: Recorded<EventOf<'WorkloadProgressed'>>): State =>
  onCurrent(state, event, (current, at) => progressed(current, event.data, at));

export const workloadDegraded = (state: State, event: Recorded<EventOf<'WorkloadDegraded'>>): State =>
  onCurrent(state, event, (current) => ({ ...current, workload: workloadOf(event.data), degraded: event.data }));

export const workloadBlocked = (state: State, event: Recorded<EventOf<'WorkloadBlocked'>>): State =>
  onCurrent(state, event, (current) => ({
    ...current,
    workload: workloadOf(event.data),
    blocked: { cause: event.data.cause, detail: event.data.detail, at: event.occurredAt },
  }));

export const workloadUnblocked = (state: State, event: Recorded<EventOf<'WorkloadUnblocked'>>): State =>
  onCurrent(state, event, (current) => ({ ...current, workload: workloadOf(event.data), blocked: null }));

export const followerObserved = (state: State, event: Recorded<EventOf<'FollowerObserved'>>): State =>
  onCurrent(state, event, (current) => {
    const { object, desired, ready, waits } = event.data;
    const { follower: last } = current;
    const isSame = last?.object.kind === object.kind && last.object.name === object.name && last.waits?.cause === waits?.cause;
    const since = isSame ? last.since : event.occurredAt;
    return { ...current, follower: { object, desired, ready, waits, since, count: (last?.count ?? 0) + 1 } };
  });

export const workloadDeleted = (state: State, event: Recorded<EventOf<'WorkloadDeleted'>>): State =>
  onCurrent(state, event, (current) => ({ ...current, deleted: current.deleted ?? event.data }));

/** Has no effect on the step; the reason of a deadline names it. */
export function workloadDrifted(state: State, { data, occurredAt: at }: Recorded<EventOf<'WorkloadDrifted'>>): State {
  if (!isRunning(state)) return state;
  const { object, manager, fields } = data;
  return { ...state, drift: { object, manager, fields, at } };
}

export function verdictReached(state: State, event: Recorded<EventOf<'VerdictReached'>>): State {
  const { step, verdict, code, observedSeconds, numbers, detail } = event.data;
  const next = onCurrent(state, event, (current) =>
    current.spec.kind === 'analyse' ? { ...current, verdict: { verdict, code, observedSeconds, numbers, detail } } : current);
  if (!isRunning(next) || !isRunning(state) || next.current === state.current) return next;
  const others = next.verdicts.filter((recorded) => recorded.step !== step);
  return { ...next, verdicts: [...others, { step, verdict, code, at: event.occurredAt, numbers, detail }] };
}

/** Only more ready pods than ever in this attempt are progress; a pod of a crash loop that is ready again is not. */
function progressed(current: Current, workload: Workload, at: string): Current {
  const seen = { ...current, workload: workloadOf(workload) };
  return workload.ready > current.mostReady ? { ...seen, mostReady: workload.ready, progressedAt: at } : seen;
}

/** Records the executor's final outcome. */
const done = (current: Current, at: string): Current => ({ ...current, effectDone: true, effectDoneAt: current.effectDoneAt ?? at });

const workloadOf = ({ track, generation, desired, ready }: Workload): Workload => ({ track, generation, desired, ready });

/** Whether the executor may be working on it; it also continues a stuck rollback. */
const isCarriedOut = (state: State): state is RunningState | StateOf<'stuck'> => isRunning(state) || state.status === 'stuck';

/** Applies a fact to the step that it belongs to; a fact of another step changes nothing. Time stops during a pause. */
function onCurrent(state: State, event: Recorded & { data: StepRef }, change: (current: Current, at: string) => Current): State {
  if (!isCarriedOut(state) || state.current === null || !sameRef(state.current.ref, event.data)) return state;
  const current = change(state.current, state.status === 'paused' ? state.pausedAt : event.occurredAt);
  // A new fact proves that its service has access to the cluster.
  return current === state.current
    ? state
    : ({ ...state, current: { ...current, access: null } } satisfies RunningState | StateOf<'stuck'>);
}
