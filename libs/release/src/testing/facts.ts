import type { Actor } from '@alloy/contracts';
import type { BlockedCause, DegradedCause, FollowerCause, Payloads, Refusal, ReleaseEvent, StableRef, StepRef } from '../events';
import { isRunning } from '../guards';
import { isWeighing } from '../plan';
import type { Current } from '../current';
import type { State } from '../state';
import { wantedPods } from '../step-rules';
import { inspection, request, adoptedV0 } from './fixtures';

/** A fact that depends on the current step, for example for its StepRef. */
export type Fact = (state: State) => ReleaseEvent;
export interface By {
  readonly actor: Actor;
  readonly event: ReleaseEvent;
}

export const currentOf = (state: State): Current => {
  if (!(isRunning(state) || state.status === 'stuck') || state.current === null)
    throw new Error(`no step is being carried out in ${state.status}`);
  return state.current;
};
const ref = (state: State): StepRef => currentOf(state).ref;

export const requested = (over: Partial<Payloads['ReleaseRequested']> = {}): ReleaseEvent => ({
  type: 'ReleaseRequested',
  data: { ...request, ...over },
});
export const inspected = (over: Partial<Payloads['TargetInspected']> = {}): ReleaseEvent => ({
  type: 'TargetInspected',
  data: { ...inspection, ...over },
});
export const adopted = (stable: StableRef = adoptedV0): ReleaseEvent => ({ type: 'StableAdopted', data: { stable } });

const by = (name: string, event: ReleaseEvent): By => ({ actor: { kind: 'user', id: name }, event });
export const abortedBy = (name: string, reason: string | null = null): By => by(name, { type: 'AbortRequested', data: { reason } });
export const pausedBy = (name: string, reason: string | null = null): By => by(name, { type: 'PauseRequested', data: { reason } });
export const resumedBy = (name: string, reason: string | null = null): By => by(name, { type: 'ResumeRequested', data: { reason } });
export const promotedBy = (name: string, options: { full?: boolean; reason?: string } = {}): By =>
  by(name, { type: 'PromotionRequested', data: { full: options.full ?? false, reason: options.reason ?? null } });

export const applied = (): Fact => (state) => ({ type: 'ManifestsApplied', data: { ...ref(state), objects: [] } });
export const handedBack = (): Fact => (state) => ({ type: 'WorkloadHandedBack', data: { ...ref(state), objects: [] } });
export const scaled = (): Fact => (state) => {
  const wanted = wantedPods(currentOf(state).spec) ?? { track: 'canary', replicas: 0 };
  return { type: 'WorkloadScaled', data: { ...ref(state), ...wanted } };
};
/** The executor scaled the baseline as the step requires. */
export const baselineScaled = (): Fact => (state) => {
  const { spec } = currentOf(state);
  const replicas = spec.kind === 'scaleBaseline' ? spec.replicas : 0;
  return { type: 'WorkloadScaled', data: { ...ref(state), track: 'baseline', replicas } };
};
export const shifted = (reached?: number): Fact => (state) => {
  const { spec } = currentOf(state);
  const asked = isWeighing(spec) ? spec.weight : 0;
  return { type: 'TrafficShifted', data: { ...ref(state), asked, reached: reached ?? asked, canaryReady: 1, stableReady: 5 } };
};
export const effectFailed =
  (code: Refusal['code'], text = code.replaceAll('_', ' ')): Fact =>
  (state) => ({ type: 'EffectFailed', data: { ...ref(state), refusal: { code, text } } });

/** A service could not access the cluster for the current step. */
export const noAccess = (code: Refusal['code'], text = code.replaceAll('_', ' ')): Fact => (state) => ({
  type: 'ClusterAccessFailed', data: { decision: state.status === 'gated' ? state.gate : ref(state).decision, refusal: { code, text } },
});

/** The service has access again. */
export const accessRegained = (): Fact => (state) => ({ type: 'ClusterAccessRegained', data: { decision: ref(state).decision } });

/** Another client scaled `web`. */
export const drifted = (): Fact => (state) => ({
  type: 'WorkloadDrifted',
  data: {
    ...ref(state),
    object: { kind: 'Deployment', name: 'web' },
    manager: 'kubectl',
    fields: [{ path: 'spec.replicas', expected: 5, found: 7 }],
  },
});

const workload = (state: State, pods: number | undefined) => {
  const wanted = wantedPods(currentOf(state).spec) ?? { track: 'stable' as const, replicas: 5 };
  return { ...ref(state), track: wanted.track, generation: 1, desired: wanted.replicas, ready: pods ?? wanted.replicas };
};
/** With the number of pods that the step requires, or as given. */
export const ready = (pods?: number): Fact => (state) => ({ type: 'WorkloadBecameReady', data: workload(state, pods) });
/** With the number of pods that an autoscaler allows, fewer than the step requires. */
export const readyAsAutoscaled =
  (pods: number): Fact =>
  (state) => ({ type: 'WorkloadBecameReady', data: { ...workload(state, pods), desired: pods } });
export const progressed = (pods: number): Fact => (state) => ({ type: 'WorkloadProgressed', data: workload(state, pods) });
export const degraded = (cause: DegradedCause, detail = ''): Fact => (state) => ({
  type: 'WorkloadDegraded', data: { ...workload(state, 0), cause, pod: 'web-1', restarts: cause === 'CrashLoopBackOff' ? 3 : 0, detail },
});

/** Another client deleted a Deployment. */
export const deleted = (track: 'stable' | 'canary' | 'baseline'): Fact => (state) => ({
  type: 'WorkloadDeleted',
  data: { ...ref(state), track, object: { kind: 'Deployment', name: track === 'stable' ? 'web' : `web-${track}` } },
});

/** The cluster cannot create or schedule pods. */
export const blocked =
  (cause: BlockedCause, detail: string, pods = 0): Fact =>
  (state) => ({ type: 'WorkloadBlocked', data: { ...workload(state, pods), cause, detail } });
/** The step waits for the StatefulSet `db`; null: it is ready. */
export const followerObserved = (cause: FollowerCause | null, detail = 'no details', pods = 0): Fact => (state) => ({
  type: 'FollowerObserved',
  data: {
    ...ref(state), object: { kind: 'StatefulSet', name: 'db' }, desired: 2, ready: pods, waits: cause && { cause, detail },
  },
});
/** An autoscaler or a user scaled stable. */
export const stableScaled = (from: number, to: number): Fact => (state) => ({ type: 'StableScaled', data: { ...ref(state), from, to } });
/** Another client has restored a route. */
export const trafficDrifted = (over: Partial<Payloads['TrafficDrifted']> = {}): Fact => (state) => ({
  type: 'TrafficDrifted',
  data: {
    ...ref(state), object: { kind: 'HTTPRoute', name: 'web' }, cause: 'rewritten', manager: 'argocd-controller',
    expected: '25 % to web-canary', found: '0 % to web-canary', fields: ['spec.rules'], canRestore: true, ...over,
  },
});
/** The executor scaled the canary to `replicas` pods. */
export const canaryScaled = (replicas: number): Fact => (state) =>
  ({ type: 'WorkloadScaled', data: { ...ref(state), track: 'canary', replicas } });
export const unblocked = (pods = 0): Fact => (state) => ({ type: 'WorkloadUnblocked', data: workload(state, pods) });

const numbers: Payloads['VerdictReached']['numbers'] = {
  canaryRequests: 412, canaryErrors: 2, canaryErrorRate: 2 / 412, baselineRequests: 398, baselineErrors: 2, baselineErrorRate: 2 / 398,
  threshold: 0.015, minRequests: 50, measurements: 'digest',
};
/** The watcher observed for `observedSeconds` (default: as long as the step requires). */
export const verdict = (over: Partial<Payloads['VerdictReached']> = {}): Fact => (state) => {
  const { spec } = currentOf(state);
  const observedSeconds = spec.kind === 'analyse' ? spec.duration : 0;
  return {
    type: 'VerdictReached',
    data: {
      ...ref(state),
      verdict: 'pass',
      code: 'within_limits',
      observedSeconds,
      numbers,
      detail: 'error rate 0.5 % on 412 canary requests, within 1.5 %',
      ...over,
    },
  };
};
/** With the code that the step's mode requires. */
export const passed = (): Fact => (state) => {
  const { spec } = currentOf(state);
  return verdict(
    spec.kind === 'analyse' && spec.mode === 'health'
      ? { code: 'healthy', detail: '1 of 1 canary pods ready; no metrics were judged' }
      : {},
  )(state);
};
export const failed = (): Fact =>
  verdict({
    verdict: 'fail', code: 'error_rate', observedSeconds: 3, numbers: { ...numbers, canaryErrors: 88, canaryErrorRate: 88 / 412 },
    detail: 'error rate 21.4 % on 412 canary requests, above 1.5 % (baseline 0.5 % on 398)',
  });
export const inconclusive = (code: 'too_few_requests' | 'no_data' | 'no_metrics_endpoint' | 'unhealthy' = 'too_few_requests'): Fact =>
  verdict({
    verdict: 'inconclusive',
    code,
    numbers: { ...numbers, canaryRequests: 3, canaryErrors: 0, canaryErrorRate: null },
    detail: `inconclusive, ${code}`,
  });

/** The same fact, attributed to an earlier step. */
export const stale = (fact: Fact): Fact => (state) => {
  const event = fact(state);
  return { ...event, data: { ...event.data, decision: ref(state).decision - 1 } } as ReleaseEvent;
};
