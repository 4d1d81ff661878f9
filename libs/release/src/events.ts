import type { AnalysisMode, DistrustCode, ModeCode, Numbers, PageProbe, Verdict, VerdictCode } from '@alloy/analysis';
import type { EventFamily } from '@alloy/contracts';
import type { Absence, AbsentService } from './heartbeats';
import type { Plan, RequestedStrategy, Step } from './plan';
import type { PlannedPolicy } from './policy';

/**
 * Every event of a release's stream, with every payload. Read this file alone and you know what Alloy can remember.
 *
 * Four families: an *intent* is what somebody asked for (ingest), a *decision* what Alloy will do and why (planner only),
 * an *outcome* what the executor did to the cluster, a *finding* what the watcher saw.
 */
export interface Payloads {
  // ── intents ────────────────────────────────────────────────────────────────────────────────────────────────
  ReleaseRequested: {
    readonly strategy: RequestedStrategy;
    readonly image: string;
    readonly imageTag: string;
    /** What the tag stood for (`sha256:…`), which is what is deployed; default: whatever it stands for when pods start. */
    readonly imageDigest?: string;
    readonly commitSha: string;
    /** Digest of the sealed bundle's ciphertext; the manifests themselves never enter the log. */
    readonly artifact: string;
    /** Name of the Deployment. */
    readonly workload: string;
    /** Replicas the manifest asks for; null: keep the live count. */
    readonly replicas: number | null;
    /** Release that is carried out anew. */
    readonly retryOf: string | null;
    /** Release whose version is brought back. */
    readonly rollbackOf: string | null;
    /** A person wants it now: it passes the queue, and the running release makes way. Default false. */
    readonly urgent?: boolean;
    /** Why, in the words of whoever asked; default none. */
    readonly reason?: string | null;
  };
  PromotionRequested: { readonly full: boolean; readonly reason: string | null };
  AbortRequested: { readonly reason: string | null };
  PauseRequested: { readonly reason: string | null };
  ResumeRequested: { readonly reason: string | null };
  /** The key of the sealed bundle was destroyed, at somebody's request; `forced`: though it was needed. It changes nothing of what the release came to. */
  ReleaseShredded: { readonly artifact: string; readonly forced: boolean; readonly reason: string | null };

  // ── decisions ──────────────────────────────────────────────────────────────────────────────────────────────
  ReleaseRejected: { readonly reason: Reason };
  /** Waits behind `behind`, the release that holds the slot. */
  ReleaseQueued: { readonly behind: string };
  ReleaseSuperseded: { readonly by: string; readonly reason: Reason };
  /** Its turn has come: the cluster is inspected, then planned. If another release held the slot in between (`slotCounter` differs), the look is stale and the gate opens anew. */
  GateOpened: {
    readonly gate: 'slot';
    readonly slotCounter: number;
    /** Seconds in which the cluster must have been looked at; default 600. */
    readonly deadline?: number;
  };
  ReleasePlanned: {
    readonly plan: Plan;
    readonly policy: PlannedPolicy;
    /** Counts the holders of this project and environment's slot; part of the fence. */
    readonly slotCounter: number;
    /** What to go back to; null: nothing. */
    readonly stable: StableRef | null;
    readonly reason: Reason;
    /** How the canary is judged and why, where the policy leaves it to Alloy (`analysis.mode: auto`). */
    readonly analysis?: { readonly mode: AnalysisMode; readonly reason: Reason };
  };
  StepStarted: StepRef & { readonly spec: Step };
  /** `absence`, here and below: time that the attempt's deadline did not count; default none. */
  StepCompleted: StepRef & { readonly reason: Reason; readonly absence?: Absence };
  ReleasePaused: { readonly reason: Reason };
  ReleaseResumed: { readonly reason: Reason };
  PromotionDecided: { readonly reason: Reason };
  ReleasePromoted: { readonly reason: Reason };
  RollbackDecided: { readonly attempt: number; readonly reason: Reason; readonly to: StableRef | null; readonly replicas: number; readonly absence?: Absence };
  ReleaseRolledBack: { readonly reason: Reason; readonly absence?: Absence };
  /** Ended before anything was done to the cluster. */
  ReleaseAborted: { readonly reason: Reason };
  /** Failed with nothing to go back to, or since the cluster could not be looked at when its turn had come. */
  ReleaseFailed: { readonly reason: Reason; readonly absence?: Absence };
  /** The way back could not be finished by its deadline: a person must act. */
  ReleaseStuck: { readonly reason: Reason; readonly absence?: Absence };
  /** `intent` is the id of the refused intent's event. */
  IntentRefused: { readonly intent: string; readonly reason: Reason };

  // ── outcomes ───────────────────────────────────────────────────────────────────────────────────────────────
  /** What was live when the release's turn came; the plan rests on it. */
  TargetInspected: {
    readonly exists: boolean;
    /** spec.replicas, live. */
    readonly replicas: number;
    readonly ready: number;
    readonly owner: 'none' | 'alloy' | 'foreign' | 'unowned';
    readonly hpa: boolean;
    /** Why the release can't be carried out here at all, if so. */
    readonly refusal: Refusal | null;
    /** What ready stable pods answered when they were asked for their metrics pages; absent: none was asked, since the policy names a mode or no canary is possible. */
    readonly metrics?: readonly PageProbe[];
  };
  /** A Deployment that ran before Alloy was sealed as the version to go back to. */
  StableAdopted: { readonly stable: StableRef };
  ManifestsApplied: StepRef & { readonly objects: ReadonlyArray<{ readonly kind: string; readonly name: string; readonly action: 'created' | 'changed' | 'unchanged' | 'deleted' }> };
  WorkloadScaled: StepRef & { readonly track: 'stable' | 'canary'; readonly replicas: number };
  /** Percent of the traffic on the canary: asked for, and what the ready pods give. */
  TrafficShifted: StepRef & { readonly asked: number; readonly reached: number; readonly canaryReady: number; readonly stableReady: number };
  /** An effect that can't succeed by trying again. */
  EffectFailed: StepRef & { readonly refusal: Refusal };

  // ── findings ───────────────────────────────────────────────────────────────────────────────────────────────
  WorkloadBecameReady: StepRef & Workload;
  /** More pods are ready than ever in this step: the progress deadline starts anew. A crash loop never gets here. */
  WorkloadProgressed: StepRef & Workload;
  WorkloadDegraded: StepRef & Workload & { readonly cause: DegradedCause; readonly pod: string; readonly restarts: number; readonly detail: string };
  /**
   * Pods of the workload can't be created or scheduled, which may pass by itself: the release waits until its deadline. Recorded once for each step and change;
   * `detail` is the cluster's own message, cut to 300 characters.
   */
  WorkloadBlocked: StepRef & Workload & { readonly cause: BlockedCause; readonly detail: string };
  /** The above has passed, and not all pods are ready yet. */
  WorkloadUnblocked: StepRef & Workload;
  /** Somebody else changed an object that the release is carried out on; Alloy takes note, and does not fight it. */
  WorkloadDrifted: StepRef & Drift;
  /**
   * The executor or the watcher does not get through to the cluster, and goes on trying until the deadline. `decision`: version of the decision that it
   * acts on, the gate's too. Told once per decision and code.
   */
  ClusterAccessFailed: { readonly decision: number; readonly refusal: Refusal };
  /** The watcher told the above, gets through again, and has nothing else to tell yet. */
  ClusterAccessRegained: { readonly decision: number };
  /**
   * Executor or watcher, which the attempt needs (`decision`: the one that began it, the gate's too), have not been at work on it for a minute, since `since` (ISO 8601):
   * its deadline stands still. Recorded once for each attempt. Of the planner: it had something to decide since then, and decides it only now; recorded each time.
   */
  AbsenceDetected: { readonly decision: number; readonly of: readonly AbsentService[]; readonly since: string; readonly reason: Reason };
  VerdictReached: StepRef & { readonly verdict: Verdict; readonly observedSeconds: number; readonly numbers: Numbers; readonly detail: string; readonly code: VerdictCode };
}

/** To which step, attempt and decision (its version in the stream) a fact belongs; facts of an earlier one are kept and have no effect. */
export interface StepRef {
  /** Index in the plan; −1 for the way back. */
  readonly step: number;
  readonly attempt: number;
  readonly decision: number;
}

/** A workload as seen by the watcher. */
export interface Workload {
  readonly track: 'stable' | 'canary';
  readonly generation: number;
  readonly desired: number;
  readonly ready: number;
}

/** A change that Alloy did not make. */
export interface Drift {
  readonly object: { readonly kind: string; readonly name: string };
  /** Field manager as the API server records it (`kubectl-edit`, `kube-controller-manager`); null: it kept no record. */
  readonly manager: string | null;
  readonly fields: readonly DriftedField[];
}

/** Only numbers of pods are told; of anything else, which may be a secret, only where it stands. */
export interface DriftedField {
  /** As in `spec.template.spec.containers[web].image`. */
  readonly path: string;
  readonly expected: number | null;
  readonly found: number | null;
}

export type DegradedCause = 'CrashLoopBackOff' | 'ImagePullBackOff' | 'OOMKilled' | 'ConfigError' | 'Unschedulable' | 'QuotaExceeded';

/** `CreateFailed`: refused by neither a quota nor another admission plugin, such as a webhook that does not answer. */
export type BlockedCause = 'QuotaExceeded' | 'AdmissionDenied' | 'CreateFailed' | 'Unschedulable';

export type { Numbers, Verdict, VerdictCode };

/** Why a decision was made: a stable code, the rule that fired, one sentence for people with what was seen, and the numbers compared. */
export interface Reason {
  readonly code: ReasonCode;
  readonly rule: string;
  readonly text: string;
  readonly evidence: Readonly<Record<string, string | number | boolean | null>>;
}

export type ReasonCode =
  | 'first_release' | 'has_stable' | 'asked_for'
  | 'step_done' | 'verdict_passed' | 'skipped_by_person' | 'all_steps_done'
  | 'error_rate' | 'inconclusive' | 'no_metrics_endpoint' | 'progress_deadline' | DistrustCode | ModeCode
  | 'crash_loop' | 'image_pull' | 'out_of_memory' | 'config_error' | 'unschedulable' | 'quota_exceeded' | 'pods_not_created' | 'unhealthy'
  | 'absent' | 'effect_failed' | 'rollback_deadline' | 'inspection_deadline' | 'drifted'
  | 'aborted' | 'superseded' | 'busy' | 'paused_by_person' | 'resumed_by_person'
  | 'too_late' | 'not_running' | 'not_paused' | 'nothing_to_promote'
  | RefusalCode;

/** A release that can't be carried out, as data. */
export interface Refusal {
  readonly code: RefusalCode;
  readonly text: string;
}
export type RefusalCode =
  | 'foreign_owner' | 'selector_immutable' | 'service_change_needs_blue_green' | 'strategy_unsupported' | 'namespace_missing'
  | 'forbidden' | 'admission_denied' | 'invalid_object' | 'artifact_unreadable' | 'unreachable' | 'unauthorized';

/** A version to go back to. `releaseId` is null for a Deployment that was adopted. */
export interface StableRef {
  readonly releaseId: string | null;
  readonly artifact: string;
  readonly image: string;
  readonly imageTag: string;
}

export type ReleaseEventType = keyof Payloads;
export type ReleaseEvent = { [T in ReleaseEventType]: { readonly type: T; readonly data: Payloads[T] } }[ReleaseEventType];
export type EventOf<T extends ReleaseEventType> = Extract<ReleaseEvent, { type: T }>;

/** The family of each type; the compiler sees that none is missing. */
export const familyOf: Readonly<Record<ReleaseEventType, EventFamily>> = {
  ReleaseRequested: 'intent', PromotionRequested: 'intent', AbortRequested: 'intent', PauseRequested: 'intent', ResumeRequested: 'intent',
  ReleaseShredded: 'intent',
  ReleaseRejected: 'decision', ReleaseQueued: 'decision', ReleaseSuperseded: 'decision', GateOpened: 'decision', ReleasePlanned: 'decision',
  StepStarted: 'decision', StepCompleted: 'decision', ReleasePaused: 'decision', ReleaseResumed: 'decision', PromotionDecided: 'decision',
  ReleasePromoted: 'decision', RollbackDecided: 'decision', ReleaseRolledBack: 'decision', ReleaseAborted: 'decision', ReleaseFailed: 'decision',
  ReleaseStuck: 'decision', IntentRefused: 'decision',
  TargetInspected: 'outcome', StableAdopted: 'outcome', ManifestsApplied: 'outcome', WorkloadScaled: 'outcome', TrafficShifted: 'outcome', EffectFailed: 'outcome',
  WorkloadBecameReady: 'finding', WorkloadProgressed: 'finding', WorkloadDegraded: 'finding', WorkloadBlocked: 'finding', WorkloadUnblocked: 'finding', WorkloadDrifted: 'finding', ClusterAccessFailed: 'finding', ClusterAccessRegained: 'finding', AbsenceDetected: 'finding',
  VerdictReached: 'finding',
};

/** Payload versions now written; an older one is upcast on read. */
export const schemaOf = (_type: ReleaseEventType): number => 1;
