import { notificationTypes, type NotificationType } from '@alloy/policy';
import { familyOf, isRunning, type Payloads, type ReleaseEvent, type ReleaseEventType, type Step } from '@alloy/release';
import { adoptedV0, given, happyUntil, inspection, nothingRuns, policy, probe, request } from '@alloy/release/testing';
import { catalogue, describeEvent, kubernetesEventOf, notificationContentOf, notifyingTypes } from './catalogue';
import type { ActiveState } from './entry';
import { kubernetesEventReasons } from './kubernetes-event';

const flags = { apiVersion: 'v1', kind: 'ConfigMap', name: 'flags', uid: 'u1' };
const kept = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'worker', why: 'helm has written to it' };
const hold = { by: 'anna', since: '2026-01-01T00:00:00.000Z', reason: 'prices are wrong', release: 'R9' };
const reason = { code: 'step_done', rule: 'rule', text: 'because of this', evidence: {} } as const;
const ref = { step: 2, attempt: 1, decision: 7 };
const target = { cluster: 'default', namespace: 'shop', workload: 'web' };
const running1 = { uid: 'u', revision: '3', replicaSet: 'web-1' };
const undone = { release: 'R1', image: 'shop:v1', matches: false, stable: 'v2', differences: ['a', 'b', 'c', 'd'] };
const split = { canary: 2, stable: 4 };
const workload = { track: 'canary', generation: 1, desired: 3, ready: 2 } as const;
const follower = { object: { kind: 'StatefulSet', name: 'db' }, desired: 2, ready: 1 } as const;
const trafficDrift = {
  object: { kind: 'HTTPRoute', name: 'web' }, cause: 'rewritten', manager: 'argocd', expected: '50 % for web-canary',
  found: '0 % for web-canary', fields: ['spec.rules'], canRestore: true,
} as const;
const numbers = {
  canaryRequests: 1, canaryErrors: 0, canaryErrorRate: 0, baselineRequests: 1, baselineErrors: 0, baselineErrorRate: 0,
  threshold: 0.01, minRequests: 1, measurements: null,
};
const analyse: Step = {
  kind: 'analyse', target, weight: 17, duration: 180, deadline: 360, mode: 'metrics', minRequests: 50,
  maxErrorRate: 0.01, maxErrorRateIncrease: 0.01,
};
const pause = { kind: 'pause', target, deadline: 8, weight: 20, duration: null } as const;
const plan = {
  strategy: 'canary', router: 'podRatio', replicas: 5,
  steps: [
    { kind: 'apply', target, deadline: 8 },
    { kind: 'retire', target, deadline: 8 },
  ],
} as const;

/** Examples of each event type with their sentences. */
const sentences: { readonly [T in ReleaseEventType]: ReadonlyArray<readonly [data: Payloads[T], sentence: string]> } = {
  ReleaseRequested: [[request, 'Requested shop:v2:v2 (auto, commit abc)']],
  PromotionRequested: [
    [{ full: true, reason: null }, 'Requested a full promotion'],
    [{ full: false, reason: 'seen enough' }, 'Requested the promotion of this step: seen enough'],
  ],
  AbortRequested: [
    [{ reason: null }, 'Requested an abort'],
    [{ reason: 'too slow' }, 'Requested an abort: too slow'],
  ],
  PauseRequested: [[{ reason: 'lunch' }, 'Requested a pause: lunch']],
  ResumeRequested: [[{ reason: 'back' }, 'Requested a resume: back']],
  ReleaseShredded: [[{ artifact: 'a', forced: false, reason: 'leaked' }, 'Shredded the manifests: leaked']],
  ReleaseRejected: [[{ reason }, 'Rejected: because of this']],
  ReleaseQueued: [
    [{ behind: 'R1' }, 'Queued behind release R1'],
    [
      { behind: 'R1', hold },
      'Queued: the environment is on hold since 2026-01-01T00:00:00.000Z by anna, with the rollback R9: prices are wrong',
    ],
    [
      { behind: null, hold: { ...hold, release: null, reason: null } },
      'Queued: the environment is on hold since 2026-01-01T00:00:00.000Z by anna',
    ],
  ],
  ReleaseSuperseded: [[{ by: 'R3', reason }, 'Superseded by release R3: because of this']],
  GateOpened: [[{ gate: 'slot', slotCounter: 1 }, 'Admitted; waiting for the inspection of the cluster']],
  ReleasePlanned: [
    [{ plan, policy, slotCounter: 1, stable: null, reason }, 'Planned a canary with 2 steps (because of this)'],
    [
      { plan, policy, policyVersion: 7, slotCounter: 1, stable: null, reason },
      'Planned a canary with 2 steps by version 7 of the policy (because of this)',
    ],
    [
      { plan, policy, slotCounter: 1, stable: null, reason, analysis: { mode: 'health', reason: { ...reason, text: 'judged by health' } } },
      'Planned a canary with 2 steps (because of this); judged by health',
    ],
    [
      { plan: { ...plan, prune: { objects: [flags], kept: [kept] } }, policy, slotCounter: 1, stable: null, reason },
      'Planned a canary with 2 steps (because of this); deletes after the promotion ConfigMap flags; keeps Deployment worker (helm has written to it)',
    ],
  ],
  StepStarted: [
    [{ ...ref, spec: { kind: 'apply', target, deadline: 8 } }, 'Started step 3: apply the manifests'],
    [{ ...ref, spec: { kind: 'scaleCanary', target, deadline: 8, split } }, 'Started step 3: scale to 2 canary pods'],
    [{ ...ref, spec: { kind: 'shiftTraffic', target, deadline: 8, weight: 17, split } }, 'Started step 3: shift 17 % of the traffic'],
    [{ ...ref, spec: analyse }, 'Started step 3: analyse at 17 % for 180 s (metrics)'],
    [
      { ...ref, spec: { ...analyse, mode: 'health', modeChosenBy: 'auto' } },
      'Started step 3: analyse at 17 % for 180 s (health, chosen by analysis.mode: auto)',
    ],
    [{ ...ref, spec: pause }, 'Started step 3: pause at 20 % until a user promotes or resumes the release'],
    [{ ...ref, spec: { ...pause, duration: 60 } }, 'Started step 3: pause at 20 % for 60 s'],
    [{ ...ref, spec: { kind: 'promote', target, deadline: 8, replicas: 5 } }, 'Started step 3: promote to 5 stable pods'],
    [{ ...ref, spec: { kind: 'retire', target, deadline: 8 } }, 'Started step 3: remove the canary'],
    [{ ...ref, spec: { kind: 'handBack', target, deadline: 8, replicas: 5 } }, 'Started step 3: hand the workload back'],
  ],
  StepCompleted: [[{ ...ref, reason }, 'Completed step 3: because of this']],
  CanaryResized: [[{ ...ref, split: { canary: 2, stable: 8 }, reason }, 'Resized the canary: because of this']],
  ShiftRepeated: [[{ ...ref, shift: 2, reason }, 'Sets the traffic again: because of this']],
  ReleasePaused: [[{ reason }, 'Because of this']],
  ScaleDownDecided: [[{ attempt: 1, reason, replicas: 5 }, 'Decided to scale the canary down: because of this']],
  ReleaseHeld: [
    [{ reason }, 'Held where it is: because of this'],
    [{ reason, isScaledDown: true }, 'Held with its canary scaled down: because of this'],
  ],
  ReleaseResumed: [[{ reason }, 'Because of this']],
  PromotionDecided: [[{ reason }, 'Decided to promote: because of this']],
  ReleasePromoted: [[{ reason }, 'Promoted: because of this']],
  RollbackDecided: [[{ attempt: 1, reason, to: null, replicas: 5 }, 'Decided to roll back: because of this']],
  ReleaseRolledBack: [[{ reason }, 'Rolled back: because of this']],
  ReleaseAborted: [[{ reason }, 'Because of this']],
  ReleaseHandedBack: [[{ reason }, 'Handed back: because of this']],
  ReleaseFailed: [[{ reason }, 'Failed: because of this']],
  ReleaseStuck: [[{ reason }, 'Stuck, manual action required: because of this']],
  IntentRefused: [[{ intent: 'e1', reason }, 'Because of this']],
  TargetInspected: [
    [
      { ...inspection, metrics: [], manager: 'argocd' },
      'Inspected the cluster: 5 of 5 replicas are ready; Argo CD manages the Deployment and must leave it to Alloy (docs/guides/gitops-and-helm.md)',
    ],
    [{ ...inspection, ready: 4, metrics: [] }, 'Inspected the cluster: 4 of 5 replicas are ready'],
    [
      { ...inspection, metrics: [probe('requests', 'counts requests'), { ...probe('unread', 'answered 406'), pod: 'web-2' }] },
      'Inspected the cluster: 5 of 5 replicas are ready; pod web-1 counts requests; pod web-2 answered 406',
    ],
    [nothingRuns, 'Inspected the cluster: the workload does not exist'],
    [
      {
        ...nothingRuns,
        dryRun: { checked: 2, refused: [], notChecked: [{ kind: 'Service', name: 'web', cause: 'Service web: no dry run' }] },
      },
      'Inspected the cluster: the workload does not exist; not checked by dry run: Service web: no dry run',
    ],
    [
      { ...nothingRuns, missing: [{ kind: 'Secret', name: 'late' }] },
      'Inspected the cluster: the workload does not exist; Secret late does not exist yet, and pods need it to start',
    ],
    [
      { ...nothingRuns, unstartable: [{ kind: 'Secret', name: 'gone' }, { kind: 'ConfigMap', name: 'web' }] },
      'Inspected the cluster: the workload does not exist; the running pods cannot start without Secret gone, ConfigMap web',
    ],
    [
      { ...inspection, refusal: { code: 'selector_immutable', text: 'the selector differs' } },
      'Inspected the cluster: the selector differs',
    ],
  ],
  StableAdopted: [[{ stable: adoptedV0 }, 'Adopted shop:v0:v0 as the version to roll back to']],
  ManifestsApplied: [
    [
      { ...ref, objects: [], pruned: { deleted: [flags], kept: [kept] } },
      'Wrote 0 of 0 objects; deleted ConfigMap flags; kept Deployment worker (helm has written to it)',
    ],
    [{ ...ref, objects: [], pruned: { deleted: [], kept: [] } }, 'Wrote 0 of 0 objects'],
    [
      {
        ...ref,
        objects: [
          { kind: 'ConfigMap', name: 'a', action: 'created' },
          { kind: 'Secret', name: 'b', action: 'unchanged' },
          { kind: 'Service', name: 'c', action: 'deleted' },
        ],
      },
      'Wrote 2 of 3 objects',
    ],
  ],
  WorkloadScaled: [[{ ...ref, track: 'stable', replicas: 3 }, 'Scaled to 3 stable pods']],
  TrafficShifted: [
    [{ ...ref, asked: 17, reached: 16.7, canaryReady: 1, stableReady: 5 }, 'Shifted 16.7 % of the traffic to the canary (requested: 17 %)'],
    [{ ...ref, asked: 0, reached: 0, canaryReady: 3, stableReady: 3 }, 'Sent the preview to the canary, and all of the traffic to stable'],
    [
      { ...ref, asked: 0, reached: 0, canaryReady: 1, stableReady: 3, routes: [{ kind: 'header', name: 'beta' }] },
      'Shifted 0 % of the traffic to the canary (requested: 0 %), and the requests of header route beta',
    ],
    [{ ...ref, step: -1, asked: 0, reached: 0, canaryReady: 0, stableReady: 5 }, 'Sent all of the traffic to stable'],
  ],
  WorkloadHandedBack: [
    [
      {
        ...ref,
        objects: [
          { kind: 'Service', name: 'web', action: 'handedBack' },
          { kind: 'ConfigMap', name: 'web-config-5f0e', action: 'kept' },
          { kind: 'Ingress', name: 'edge', action: 'left' },
        ],
      },
      "Removed Alloy's labels, annotations and field managers from 1 object; kept: ConfigMap web-config-5f0e; left to another owner: Ingress edge",
    ],
  ],
  EffectFailed: [[{ ...ref, refusal: { code: 'forbidden', text: 'no right to it' } }, 'The step failed: no right to it']],
  WorkloadBecameReady: [[{ ...ref, ...workload }, 'Canary is ready: 2 of 3 pods']],
  WorkloadProgressed: [[{ ...ref, ...workload }, '2 of 3 canary pods are ready']],
  WorkloadDegraded: [
    [
      { ...ref, ...workload, cause: 'OOMKilled', pod: 'web-1', restarts: 1, detail: 'exit code 137' },
      'Canary pod web-1 is degraded (OOMKilled): exit code 137',
    ],
  ],
  WorkloadBlocked: [
    [
      { ...ref, ...workload, cause: 'QuotaExceeded', detail: 'exceeded quota: small' },
      "2 of 3 canary pods ready, pods can't be created: exceeded quota: small; the release waits until its deadline: raise the ResourceQuota small or free some of it",
    ],
    [
      { ...ref, ...workload, cause: 'Unschedulable', detail: '0/3 nodes' },
      "2 of 3 canary pods ready, pods can't be scheduled: 0/3 nodes; the release waits until its deadline: add a node, free one, or lower the pods' requests",
    ],
  ],
  TrafficDrifted: [
    [{ ...ref, ...trafficDrift }, 'HTTPRoute web was changed by argocd: it has 0 % for web-canary, not 50 % for web-canary'],
    [
      { ...ref, ...trafficDrift, manager: null, cause: 'unusable', expected: 'a rule with Service web', found: 'none' },
      'HTTPRoute web was changed by another client and no longer leads to the workload: it has none, not a rule with Service web',
    ],
    [
      { ...ref, ...trafficDrift, cause: 'deleted', canRestore: false },
      'Another client deleted HTTPRoute web during the release (the audit log of the API server shows which)',
    ],
    [{ ...ref, ...trafficDrift, cause: 'rejected', found: 'Accepted False' }, 'No controller accepts HTTPRoute web: Accepted False'],
    [
      { ...ref, ...trafficDrift, cause: 'reported', found: 'ResolvedRefs False' },
      'The controller of HTTPRoute web reports ResolvedRefs False',
    ],
  ],
  StableScaled: [[{ ...ref, from: 2, to: 8 }, 'Stable was scaled from 2 to 8 pods']],
  WorkloadUnblocked: [[{ ...ref, ...workload }, 'Canary pods can be created and scheduled again: 2 of 3 ready']],
  FollowerObserved: [
    [
      { ...ref, ...follower, waits: { cause: 'Unschedulable', detail: '0/3 nodes are available' } },
      "StatefulSet db: 1 of 2 pods ready, pods can't be scheduled: 0/3 nodes are available",
    ],
    [
      { ...ref, ...follower, waits: { cause: 'NotReady', detail: 'pod db-1 is not ready (Pending)' } },
      'StatefulSet db: 1 of 2 pods ready, pod db-1 is not ready (Pending)',
    ],
    [{ ...ref, ...follower, ready: 2, waits: null }, 'StatefulSet db: 2 of 2 pods ready'],
    [
      { ...ref, object: { kind: 'Job', name: 'seed' }, desired: 1, ready: 0, waits: { cause: 'NotComplete', detail: 'its pods run' } },
      'Job seed: 0 of 1 pods completed, its pods run',
    ],
  ],
  WorkloadDeleted: [
    [
      { ...ref, track: 'canary', object: { kind: 'Deployment', name: 'web-canary' } },
      'The canary was removed: another client deleted Deployment web-canary during the release (the audit log of the API server shows which); to end a release, abort it',
    ],
    [
      { ...ref, track: 'baseline', object: { kind: 'Deployment', name: 'web-baseline' } },
      'The experiment cannot be judged, because its baseline was removed: another client deleted Deployment web-baseline during the release (the audit log of the API server shows which); to end an experiment, promote the release',
    ],
    [
      { ...ref, track: 'stable', object: { kind: 'Deployment', name: 'web' } },
      'The stable version was removed: another client deleted Deployment web during the release (the audit log of the API server shows which)',
    ],
  ],
  WorkloadDrifted: [
    [
      {
        ...ref,
        object: { kind: 'Deployment', name: 'web' },
        manager: 'kubectl',
        fields: [{ path: 'spec.replicas', expected: 5, found: 7 }],
      },
      'Deployment web was changed by kubectl: spec.replicas is 7 instead of 5',
    ],
  ],
  ClusterAccessFailed: [[{ decision: 7, refusal: { code: 'unreachable', text: 'no answer' } }, 'No access to the cluster: no answer']],
  ClusterAccessRegained: [[{ decision: 7 }, 'Access to the cluster works again']],
  AbsenceDetected: [[{ decision: 7, of: ['executor'], since: '2026-01-01T00:00:00.000Z', reason }, 'No progress: because of this']],
  StableDrifted: [
    [
      { target, stable: 'v2', manager: 'kubectl-rollout', changedAt: '2026-01-01T00:00:00Z', template: running1, live: undone },
      'Deployment web runs shop:v1 and not the stable version v2: kubectl-rollout changed it (a, b, c and 1 more)',
    ],
    [
      { target, stable: 'v2', manager: null, changedAt: null, template: null, live: null },
      'Deployment web does not exist any more: another client deleted it, and the stable version v2 does not run',
    ],
    [
      { target, stable: 'v2', manager: null, changedAt: null, template: running1, live: { ...undone, differences: [] } },
      'Deployment web runs shop:v1 and not the stable version v2: another client changed it',
    ],
  ],
  StableRestored: [
    [{ target, stable: 'v2', manager: null, template: running1 }, 'Deployment web runs the stable version v2 again'],
  ],
  VerdictReached: [
    [
      { ...ref, verdict: 'pass', code: 'within_limits', observedSeconds: 5, numbers, detail: 'error rate 0 %' },
      'Verdict pass: error rate 0 %',
    ],
  ],
};

describe('describeEvent', () => {
  const all = (Object.keys(sentences) as ReleaseEventType[]).flatMap((type) =>
    sentences[type].map(([data, sentence]) => [type, sentence, data] as const),
  );
  it.each(all)('%s: %s', (type, sentence, data) => expect(describeEvent({ type, data } as ReleaseEvent)).toBe(sentence));
});

describe('the family of an event', () => {
  const intents: readonly ReleaseEventType[] = [
    'ReleaseRequested', 'PromotionRequested', 'AbortRequested', 'PauseRequested', 'ResumeRequested', 'ReleaseShredded',
  ];
  const outcomes: readonly ReleaseEventType[] = [
    'TargetInspected', 'StableAdopted', 'ManifestsApplied', 'WorkloadScaled', 'TrafficShifted', 'WorkloadHandedBack',
    'EffectFailed',
  ];
  const findings: readonly ReleaseEventType[] = [
    'WorkloadBecameReady', 'WorkloadProgressed', 'WorkloadDegraded', 'WorkloadBlocked', 'WorkloadUnblocked',
    'StableScaled', 'TrafficDrifted', 'FollowerObserved', 'WorkloadDeleted',
    'WorkloadDrifted', 'StableDrifted', 'StableRestored', 'ClusterAccessFailed', 'ClusterAccessRegained',
    'AbsenceDetected', 'VerdictReached',
  ];
  it.each(Object.keys(sentences) as ReleaseEventType[])('of %s determines which service may write it', (type) => {
    expect(familyOf[type]).toBe(
      intents.includes(type) ? 'intent' : outcomes.includes(type) ? 'outcome' : findings.includes(type) ? 'finding' : 'decision',
    );
  });
});

const running = given(happyUntil('analyse')).state as ActiveState;
const analyseStep = isRunning(running) ? running.current!.ref : ref;

/** One event of each type, as an event of the release `running`. */
const examples = (Object.keys(sentences) as ReleaseEventType[]).map((type): ReleaseEvent => {
  const data = type === 'StepStarted' ? sentences.StepStarted[1]![0] : sentences[type][0]![0];
  return {
    type,
    data: type === 'StepCompleted' ? { ...data, ...analyseStep } : type === 'StepStarted' ? { ...data, step: 1 } : data,
  } as ReleaseEvent;
});
const exampleOf = (type: ReleaseEventType): ReleaseEvent => examples.find((event) => event.type === type)!;

describe('Kubernetes Events', () => {
  const notes: Readonly<Partial<Record<ReleaseEventType, string>>> = {
    ReleaseRejected: 'Warning ReleaseRejected: v2 was rejected: because of this',
    ReleaseQueued: 'Normal ReleaseQueued: v2 is queued behind release R1',
    ReleaseSuperseded: 'Normal ReleaseSuperseded: v2 was superseded by release R3: because of this',
    ReleaseAborted: 'Normal ReleaseAborted: v2: because of this',
    ReleasePlanned: 'Normal ReleaseStarted: Started the release of v2 with 5 stable pods: canary (because of this) (release R2)',
    StepStarted: 'Normal StageStarted: Stage 1 of 3: 17 % of the traffic to v2, with 2 canary pods and 4 stable pods',
    CanaryResized: 'Normal CanaryResized: v2: because of this',
    ShiftRepeated: 'Warning ShiftRepeated: v2: sets the traffic again: because of this',
    ReleasePaused: 'Normal ReleasePaused: v2 waits until a user resumes, promotes or aborts it: because of this',
    ScaleDownDecided: 'Warning CanaryScaleDownStarted: Taking the traffic and the pods of the canary of v2 away: because of this',
    ReleaseHeld: 'Warning ReleaseHeld: v2 is held where it is until a user resumes, promotes or aborts it: because of this',
    ReleaseResumed: 'Normal ReleaseResumed: v2 continues: because of this',
    PromotionDecided: 'Normal PromotionStarted: Promoting v2: because of this',
    ReleasePromoted: 'Normal ReleasePromoted: v2 was promoted: because of this',
    RollbackDecided: 'Warning RollbackStarted: Rolling back v2: because of this',
    ReleaseRolledBack: 'Warning ReleaseRolledBack: v2 was rolled back: because of this',
    ReleaseHandedBack: 'Normal HandedBack: Because of this',
    ReleaseFailed: 'Warning ReleaseFailed: v2 failed: because of this',
    ReleaseStuck: 'Warning ReleaseStuck: The rollback of v2 is stuck, manual action required: because of this',
    TargetInspected:
      'Warning ManagedElsewhere: Argo CD manages the Deployment and must leave it to Alloy (docs/guides/gitops-and-helm.md)',
    StableAdopted: 'Normal StableAdopted: Adopted shop:v0:v0, which ran before Alloy, as the version to roll back to',
    TrafficShifted: 'Normal TrafficShifted: v2 receives 16.7 % of the traffic (requested: 17 %): 1 canary pod and 5 stable pods are ready',
    WorkloadDegraded: 'Warning WorkloadDegraded: Canary pod web-1 exceeds its memory limit (OOMKilled): exit code 137',
    WorkloadBlocked:
      "Warning WorkloadBlocked: v2: 2 of 3 canary pods ready, pods can't be created: exceeded quota: small; the release waits until its deadline: raise the ResourceQuota small or free some of it",
    FollowerObserved:
      "Warning FollowerBlocked: v2: StatefulSet db: 1 of 2 pods ready, pods can't be scheduled: 0/3 nodes are available; the release waits until its deadline: add a node, free one, or lower the pods' requests",
    WorkloadDeleted:
      'Warning WorkloadDeleted: v2: the canary was removed: another client deleted Deployment web-canary during the release (the audit log of the API server shows which); to end a release, abort it',
    WorkloadDrifted:
      'Warning DriftDetected: Deployment web was changed by kubectl: spec.replicas is 7 instead of 5; Alloy does not revert the change before a promotion',
    TrafficDrifted:
      'Warning TrafficDrifted: v2: HTTPRoute web was changed by argocd: it has 0 % for web-canary, not 50 % for web-canary',
    StableDrifted:
      'Warning StableDrifted: Deployment web runs shop:v1 and not the stable version v2: kubectl-rollout changed it (a, b, c and 1 more); Alloy does not revert the change',
    StableRestored: 'Normal StableRestored: Deployment web runs the stable version v2 again',
    ClusterAccessFailed: 'Warning ClusterAccessFailed: No access to the cluster: no answer',
    AbsenceDetected: 'Warning AbsenceDetected: v2 makes no progress: because of this',
    VerdictReached: 'Normal AnalysisPassed: v2: error rate 0 %',
  };

  it.each(examples.map((event) => [event.type, event] as const))('of %s have a fixed reason, type and note', (type, event) => {
    const found = kubernetesEventOf(event, running);
    expect(found && `${found.type} ${found.reason}: ${found.note}`).toBe(notes[type]);
  });

  it('of a plan over a stable version name both versions, and the chosen analysis mode', () => {
    const data = { ...sentences.ReleasePlanned[2]![0], stable: adoptedV0 };
    expect(kubernetesEventOf({ type: 'ReleasePlanned', data }, running)?.note).toBe(
      'Started the release of v2 over v0 with 5 stable pods: canary (because of this); judged by health (release R2)',
    );
  });

  it.each(['fail', 'inconclusive'] as const)('of a verdict %s are warnings', (verdict) => {
    const data = { ...sentences.VerdictReached[0]![0], verdict };
    expect(kubernetesEventOf({ type: 'VerdictReached', data }, running)).toMatchObject({
      type: 'Warning',
      reason: verdict === 'fail' ? 'AnalysisFailed' : 'AnalysisInconclusive',
    });
  });

  it('exist for scaleCanary and for a pause that waits for a user, of all steps, and not for the traffic of a rollback', () => {
    const [started, shifted] = [sentences.StepStarted[0]![0], sentences.TrafficShifted[0]![0]];
    expect(kubernetesEventOf({ type: 'StepStarted', data: started }, running)).toBeUndefined();
    expect(kubernetesEventOf({ type: 'StepStarted', data: { ...ref, spec: pause } }, running)).toMatchObject({
      reason: 'ReleasePaused', note: expect.stringContaining('v2: step 3 pauses at 20 %'),
    });
    const ended = { ...ref, reason: { ...reason, code: 'promoted_by_person', text: 'pause at 20 % ended by anna' } } as const;
    expect(kubernetesEventOf({ type: 'StepCompleted', data: ended }, running)).toMatchObject({
      reason: 'ReleaseResumed', note: 'v2 continues: pause at 20 % ended by anna',
    });
    expect(kubernetesEventOf({ type: 'TrafficShifted', data: { ...shifted, step: -1 } }, running)).toBeUndefined();
  });

  it('count a step that only scales the canary as no stage', () => {
    if (!('plan' in running)) throw new Error(`no plan in ${running.status}`);
    const [apply, scale, ...others] = running.plan.steps;
    const steps = [apply!, scale!, scale!, ...others];
    const state = { ...running, plan: { ...running.plan, steps } };
    const of = (step: number) => kubernetesEventOf({ type: 'StepStarted', data: { ...ref, step, spec: steps[step]! } }, state);
    expect(of(1)).toBeUndefined();
    expect(of(2)?.note).toMatch(/^Stage 1 of 3: 17 %/);
  });

  it('use every documented reason', () => {
    const verdicts = (['fail', 'inconclusive'] as const).map((verdict): ReleaseEvent => ({
      type: 'VerdictReached',
      data: { ...sentences.VerdictReached[0]![0], verdict },
    }));
    const used = [...examples, ...verdicts].flatMap((event) => kubernetesEventOf(event, running)?.reason ?? []);
    // Of a state that the other examples do not have.
    expect([...used, 'EmergencyStarted'].sort()).toEqual([...kubernetesEventReasons].sort());
  });
});

describe('notifications', () => {
  const types: Readonly<Partial<Record<ReleaseEventType, NotificationType>>> = {
    ReleaseQueued: 'waiting', ReleasePlanned: 'started', StepStarted: 'waiting', StepCompleted: 'stagePassed', ReleasePaused: 'waiting',
    ReleaseHeld: 'waiting',
    ReleasePromoted: 'promoted',
    RollbackDecided: 'rollingBack', ReleaseRolledBack: 'rolledBack', ReleaseHandedBack: 'handedBack',
    ReleaseFailed: 'failed', ReleaseStuck: 'stuck',
    ReleaseSuperseded: 'superseded', ReleaseRejected: 'rejected', ReleaseAborted: 'aborted', WorkloadDrifted: 'drifted',
    WorkloadDeleted: 'drifted', TrafficDrifted: 'drifted', StableDrifted: 'drifted', StableRestored: 'restored',
    AbsenceDetected: 'absent', WorkloadBlocked: 'blocked',
    FollowerObserved: 'blocked',
  };

  it.each(examples.map((event) => [event.type, event] as const))('of %s have a fixed type', (type, event) =>
    // Most steps wait for no user, and most releases in the queue neither.
    expect(notificationContentOf(event, running)?.type).toBe(type === 'StepStarted' || type === 'ReleaseQueued' ? undefined : types[type]),
  );
  it('exist for every type that a route can select', () => {
    expect([...new Set([...Object.values(types), 'emergency'])].sort()).toEqual([...notificationTypes].sort());
  });
  it('are announced by notifyingTypes', () => expect([...notifyingTypes].sort()).toEqual(Object.keys(types).sort()));

  it('of a pause step exist only if a user must end it', () => {
    const until = (duration: number | null): ReleaseEvent => ({ type: 'StepStarted', data: { ...ref, spec: { ...pause, duration } } });
    expect(notificationContentOf(until(60), running)).toBeUndefined();
    expect(notificationContentOf(until(null), running)).toEqual({
      type: 'waiting',
      reason: {
        code: 'awaits_promotion', rule: 'step.pause', evidence: { step: 2, weight: 20 },
        text: 'step 3 pauses at 20 % of the traffic until a user with the scope operate promotes, resumes or aborts the release',
      },
    });
  });

  it('and the Kubernetes Event of an emergency are not those of another start', () => {
    const event = exampleOf('ReleasePlanned');
    const emergency = { ...running, request: { ...running.request, emergency: true } } as ActiveState;
    expect([running, emergency].map((state) => notificationContentOf(event, state)?.type)).toEqual(['started', 'emergency']);
    expect(kubernetesEventOf(event, emergency)).toMatchObject({ type: 'Warning', reason: 'EmergencyStarted' });
  });

  it('of a queued release exist only if a hold stops it', () => {
    const [, [data]] = sentences.ReleaseQueued as unknown as readonly [unknown, readonly [object]];
    const event = { type: 'ReleaseQueued', data } as ReleaseEvent;
    expect(notificationContentOf(event, running)).toEqual({
      type: 'waiting',
      reason: {
        code: 'on_hold', rule: 'hold', evidence: { by: 'anna', since: hold.since, reason: 'prices are wrong', release: 'R9' },
        text: 'the environment is on hold since 2026-01-01T00:00:00.000Z by anna, with the rollback R9: prices are wrong',
      },
    });
    expect(kubernetesEventOf(event, running)).toMatchObject({
      reason: 'ReleaseQueued', note: expect.stringContaining('v2 is queued: the environment is on hold'),
    });
  });

  it('of an analysis that a user skipped do not exist: its stage has not passed', () => {
    const event = exampleOf('StepCompleted');
    const skipped = { ...event, data: { ...event.data, reason: { ...reason, code: 'skipped_by_person' } } } as ReleaseEvent;
    expect(notificationContentOf(skipped, running)).toBeUndefined();
  });

  it('of an analysis of blueGreen say where the new pods were', () => {
    const analysed = (weight: number): ActiveState => {
      if (!isRunning(running)) throw new Error('it does not run');
      const steps = running.plan.steps.map((step) => (step.kind === 'analyse' ? { ...step, weight } : step));
      return { ...running, plan: { ...running.plan, router: 'serviceSelector', steps } };
    };
    const stages = [0, 100].map((weight) => notificationContentOf(exampleOf('StepCompleted'), analysed(weight))?.stage);
    expect(stages).toEqual(['preview', 'switched']);
  });

  it('of a completed step exist only for an analysis, with its weight', () => {
    expect(notificationContentOf(exampleOf('StepCompleted'), running)).toMatchObject({ type: 'stagePassed', stage: '17 %' });
    expect(notificationContentOf({ type: 'StepCompleted', data: { ...sentences.StepCompleted[0]![0], step: 0 } }, running)).toBeUndefined();
  });

  it('name the cause of pods that cannot be scheduled, at once', () => {
    expect(notificationContentOf({ type: 'WorkloadBlocked', data: sentences.WorkloadBlocked[1]![0] }, running)).toMatchObject({
      type: 'blocked', reason: { code: 'unschedulable', text: expect.stringContaining('0/3 nodes') },
    });
  });

  it('of a follower exist only if the cluster does not let it start, not if its start only takes time', () => {
    const [hindered, starting, ready] = sentences.FollowerObserved.map(([data]): ReleaseEvent => ({ type: 'FollowerObserved', data }));
    expect(notificationContentOf(hindered!, running)?.reason).toMatchObject({
      code: 'unschedulable', evidence: { follower: 'StatefulSet/db', followerReady: 1, followerDesired: 2 },
    });
    for (const event of [starting!, ready!])
      expect([notificationContentOf(event, running), kubernetesEventOf(event, running)]).toEqual([undefined, undefined]);
  });

  it('of a plan contain the analysis mode that Alloy chose', () => {
    const content = notificationContentOf({ type: 'ReleasePlanned', data: sentences.ReleasePlanned[2]![0] }, running);
    expect(content?.reason).toMatchObject({
      text: 'because of this; judged by health',
      evidence: { analysisMode: 'health', analysisReason: 'step_done' },
    });
  });
});

it('the catalogue has an entry for every event type', () => expect(Object.keys(catalogue).sort()).toEqual(Object.keys(familyOf).sort()));
