import { describeEvent } from './describe-event';
import { familyOf, type Payloads, type ReleaseEvent, type ReleaseEventType } from './events';
import type { Step } from './plan';
import { adoptedV0, inspection, nothingRuns, policy, probe, request } from './testing/fixtures';

const reason = { code: 'step_done', rule: 'rule', text: 'because of this', evidence: {} } as const;
const ref = { step: 2, attempt: 1, decision: 7 };
const target = { cluster: 'default', namespace: 'shop' };
const split = { canary: 2, stable: 4 };
const workload = { track: 'canary', generation: 1, desired: 3, ready: 2 } as const;
const numbers = { canaryRequests: 1, canaryErrors: 0, canaryErrorRate: 0, baselineRequests: 1, baselineErrors: 0, baselineErrorRate: 0, threshold: 0.01, minRequests: 1, measurements: null };
const analyse: Step = { kind: 'analyse', target, weight: 17, duration: 180, deadline: 360, mode: 'metrics', minRequests: 50, maxErrorRate: 0.01, maxErrorRateIncrease: 0.01 };
const plan = { strategy: 'canary', router: 'podRatio', replicas: 5, steps: [{ kind: 'apply', target, deadline: 8 }, { kind: 'retire', target, deadline: 8 }] } as const;

/** An example of each event type with its sentence. */
const sentences: { readonly [T in ReleaseEventType]: ReadonlyArray<readonly [data: Payloads[T], sentence: string]> } = {
  ReleaseRequested: [[request, 'shop:v2:v2 requested (auto, commit abc)']],
  PromotionRequested: [[{ full: true, reason: null }, 'full promotion requested'], [{ full: false, reason: 'seen enough' }, 'promotion of this step requested: seen enough']],
  AbortRequested: [[{ reason: null }, 'abort requested'], [{ reason: 'too slow' }, 'abort requested: too slow']],
  PauseRequested: [[{ reason: 'lunch' }, 'pause requested: lunch']],
  ResumeRequested: [[{ reason: 'back' }, 'resume requested: back']],
  ReleaseShredded: [[{ artifact: 'a', forced: false, reason: 'leaked' }, 'its manifests were shredded: leaked']],
  ReleaseRejected: [[{ reason }, 'rejected: because of this']],
  ReleaseQueued: [[{ behind: 'R1' }, 'waits behind release R1']],
  ReleaseSuperseded: [[{ by: 'R3', reason }, 'superseded by release R3: because of this']],
  GateOpened: [[{ gate: 'slot', slotCounter: 1 }, 'its turn has come']],
  ReleasePlanned: [
    [{ plan, policy, slotCounter: 1, stable: null, reason }, 'canary of 2 steps planned: because of this'],
    [{ plan, policy, slotCounter: 1, stable: null, reason, analysis: { mode: 'health', reason: { ...reason, text: 'judged by health' } } }, 'canary of 2 steps planned: because of this; judged by health'],
  ],
  StepStarted: [
    [{ ...ref, spec: { kind: 'apply', target, deadline: 8 } }, 'step 3 started: apply the manifests'],
    [{ ...ref, spec: { kind: 'scaleCanary', target, deadline: 8, split } }, 'step 3 started: scale the canary to 2'],
    [{ ...ref, spec: { kind: 'shiftTraffic', target, deadline: 8, weight: 17, split } }, 'step 3 started: shift 17 % of the traffic'],
    [{ ...ref, spec: analyse }, 'step 3 started: observe 17 % for 180 s (metrics)'],
    [{ ...ref, spec: { ...analyse, mode: 'health', modeChosenBy: 'auto' } }, 'step 3 started: observe 17 % for 180 s (health, chosen by analysis.mode: auto)'],
    [{ ...ref, spec: { kind: 'promote', target, deadline: 8, replicas: 5 } }, 'step 3 started: promote to 5 replicas'],
    [{ ...ref, spec: { kind: 'retire', target, deadline: 8 } }, 'step 3 started: retire the canary'],
  ],
  StepCompleted: [[{ ...ref, reason }, 'step 3 completed: because of this']],
  ReleasePaused: [[{ reason }, 'paused: because of this']],
  ReleaseResumed: [[{ reason }, 'resumed: because of this']],
  PromotionDecided: [[{ reason }, 'promotion decided: because of this']],
  ReleasePromoted: [[{ reason }, 'promoted: because of this']],
  RollbackDecided: [[{ attempt: 1, reason, to: null, replicas: 5 }, 'rollback decided: because of this']],
  ReleaseRolledBack: [[{ reason }, 'rolled back: because of this']],
  ReleaseAborted: [[{ reason }, 'aborted: because of this']],
  ReleaseFailed: [[{ reason }, 'failed: because of this']],
  ReleaseStuck: [[{ reason }, 'stuck, a person must act: because of this']],
  IntentRefused: [[{ intent: 'e1', reason }, 'refused: because of this']],
  TargetInspected: [
    [{ ...inspection, ready: 4, metrics: [] }, '4 of 5 replicas run in the cluster'],
    [{ ...inspection, metrics: [probe('requests', 'counts requests'), { ...probe('unread', 'answered 406'), pod: 'web-2' }] }, '5 of 5 replicas run in the cluster; pod web-1 counts requests; pod web-2 answered 406'],
    [nothingRuns, 'nothing runs in the cluster'],
    [{ ...inspection, refusal: { code: 'selector_immutable', text: 'the selector differs' } }, 'the selector differs'],
  ],
  StableAdopted: [[{ stable: adoptedV0 }, 'shop:v0:v0 adopted as the version to go back to']],
  ManifestsApplied: [
    [{ ...ref, objects: [{ kind: 'ConfigMap', name: 'a', action: 'created' }, { kind: 'Secret', name: 'b', action: 'unchanged' }, { kind: 'Service', name: 'c', action: 'deleted' }] }, '2 of 3 objects written'],
  ],
  WorkloadScaled: [[{ ...ref, track: 'stable', replicas: 3 }, 'stable scaled to 3']],
  TrafficShifted: [[{ ...ref, asked: 17, reached: 16.7, canaryReady: 1, stableReady: 5 }, 'canary has 16.7 % of the traffic (asked for 17 %)']],
  EffectFailed: [[{ ...ref, refusal: { code: 'forbidden', text: 'no right to it' } }, 'could not be carried out: no right to it']],
  WorkloadBecameReady: [[{ ...ref, ...workload }, 'canary ready: 2 of 3']],
  WorkloadProgressed: [[{ ...ref, ...workload }, 'canary has 2 of 3 pods ready']],
  WorkloadDegraded: [[{ ...ref, ...workload, cause: 'OOMKilled', pod: 'web-1', restarts: 1, detail: 'exit code 137' }, 'canary pod web-1 is degraded (OOMKilled): exit code 137']],
  WorkloadBlocked: [
    [{ ...ref, ...workload, cause: 'QuotaExceeded', detail: 'exceeded quota: small' }, "2 of 3 canary pods ready, pods can't be created: exceeded quota: small; the release waits until its deadline"],
    [{ ...ref, ...workload, cause: 'Unschedulable', detail: '0/3 nodes' }, "2 of 3 canary pods ready, pods can't be scheduled: 0/3 nodes; the release waits until its deadline"],
  ],
  WorkloadUnblocked: [[{ ...ref, ...workload }, 'canary pods can be created and scheduled again, 2 of 3 ready']],
  WorkloadDrifted: [[{ ...ref, object: { kind: 'Deployment', name: 'web' }, manager: 'kubectl', fields: [{ path: 'spec.replicas', expected: 5, found: 7 }] }, 'Deployment web was changed by kubectl: spec.replicas is 7 instead of 5']],
  ClusterAccessFailed: [[{ decision: 7, refusal: { code: 'unreachable', text: 'no answer' } }, 'the cluster could not be worked on: no answer']],
  ClusterAccessRegained: [[{ decision: 7 }, 'the cluster can be worked on again']],
  AbsenceDetected: [[{ decision: 7, of: ['executor'], since: '2026-01-01T00:00:00.000Z', reason }, 'does not move: because of this']],
  VerdictReached: [[{ ...ref, verdict: 'pass', code: 'within_limits', observedSeconds: 5, numbers, detail: 'error rate 0 %' }, 'verdict pass: error rate 0 %']],
};

describe('describeEvent', () => {
  const all = (Object.keys(sentences) as ReleaseEventType[]).flatMap((type) => sentences[type].map(([data, sentence]) => [type, sentence, data] as const));
  it.each(all)('%s: %s', (type, sentence, data) => expect(describeEvent({ type, data } as ReleaseEvent)).toBe(sentence));
});

describe('the family of an event', () => {
  const intents: readonly ReleaseEventType[] = ['ReleaseRequested', 'PromotionRequested', 'AbortRequested', 'PauseRequested', 'ResumeRequested', 'ReleaseShredded'];
  const outcomes: readonly ReleaseEventType[] = ['TargetInspected', 'StableAdopted', 'ManifestsApplied', 'WorkloadScaled', 'TrafficShifted', 'EffectFailed'];
  const findings: readonly ReleaseEventType[] = ['WorkloadBecameReady', 'WorkloadProgressed', 'WorkloadDegraded', 'WorkloadBlocked', 'WorkloadUnblocked', 'WorkloadDrifted', 'ClusterAccessFailed', 'ClusterAccessRegained', 'AbsenceDetected', 'VerdictReached'];
  it.each(Object.keys(sentences) as ReleaseEventType[])('of %s determines which service may write it', (type) => {
    expect(familyOf[type]).toBe(intents.includes(type) ? 'intent' : outcomes.includes(type) ? 'outcome' : findings.includes(type) ? 'finding' : 'decision');
  });
});
