import type { AnalysisMode, Numbers, PageProbe, Verdict, VerdictCode } from '@alloy/analysis';
import type { Absence, AbsentService } from './heartbeats';
import type { AutoscalerPlan, Plan, RequestedStrategy, Split, Step, TrafficPlan } from './plan';
import type { PlannedPolicy } from './policy';
import type { DryRunReport } from './dry-run-report';
import type { Hold } from './hold';
import type { LeftObject } from './left-object';
import type { ManagedRouteName } from './managed-routes';
import type { PruneOutcome, PrunePlan } from './prune-plan';
import type { Reason, Refusal } from './reason-codes';
import type {
  AboutTarget, BlockedCause, DegradedCause, Drift, FollowerWait, StepFact, StepRef, TrafficDrift, Workload,
} from './step-facts';
import type { LiveVersion, OwnerTool, RunningTemplate, StableDrift, StableRef } from './versions';

/**
 * Every event of a release's stream, with every payload: all that Alloy records about a release.
 *
 * Four families: an *intent* is a request of a user or a pipeline (ingest), a *decision* what Alloy will do and why
 * (planner only),
 * an *outcome* what the executor did to the cluster, a *finding* what the watcher observed.
 */
export interface Payloads {
  // ── intents ────────────────────────────────────────────────────────────────────────────────────────────────
  ReleaseRequested: {
    readonly strategy: RequestedStrategy;
    readonly image: string;
    /** As requested: `v1`, `sha256:…` or `v1@sha256:…`. */
    readonly imageTag: string;
    /**
     * Digest of the tag when the release was requested (`sha256:…`), or that of the request itself, which is deployed;
     * default: whatever the tag resolves to when pods start.
     */
    readonly imageDigest?: string;
    readonly commitSha: string;
    /** Digest of the sealed bundle's ciphertext; the manifests themselves never enter the log. */
    readonly artifact: string;
    /**
     * Equal for equal manifests of one project, with the image: their HMAC under a key of the project, which shows
     * nothing else about them. Default: unknown.
     */
    readonly content?: string;
    /** Name of the Deployment. */
    readonly workload: string;
    /** Replicas the manifest asks for; null: keep the live count. */
    readonly replicas: number | null;
    /** Release that this one repeats. */
    readonly retryOf: string | null;
    /** Release whose version this one restores. */
    readonly rollbackOf: string | null;
    /** Expedited: it passes the queue and preempts the running release. Default false. */
    readonly urgent?: boolean;
    /** A user releases although the environment is on hold, and gives a reason. Default false. */
    readonly overridesHold?: true;
    /**
     * A user releases in an emergency, and gives a reason: without stages, and without waiting for ready pods. It is
     * expedited. Default false.
     */
    readonly emergency?: true;
    /** Objects of the request that the release does not write; default none. */
    readonly left?: readonly LeftObject[];
    /** Reason given by the requester; default none. */
    readonly reason?: string | null;
  };
  /** `step`: index of the analysis or pause that was in progress, and that it ends; default: the next one. */
  PromotionRequested: { readonly full: boolean; readonly reason: string | null; readonly step?: number };
  AbortRequested: { readonly reason: string | null };
  PauseRequested: { readonly reason: string | null };
  /** `step`: index of the pause that was in progress, and that it ends; default: the one in progress. */
  ResumeRequested: { readonly reason: string | null; readonly step?: number };
  /**
   * A user destroyed the key of the sealed bundle; `forced`: although it was needed. The release's outcome does not
   * change.
   */
  ReleaseShredded: { readonly artifact: string; readonly forced: boolean; readonly reason: string | null };

  // ── decisions ──────────────────────────────────────────────────────────────────────────────────────────────
  ReleaseRejected: { readonly reason: Reason };
  /**
   * Queued behind `behind`: the release that holds the slot or goes first, or the rollback that placed the hold; null:
   * a hold without a rollback. `hold`: a user must lift it before this release continues; absent: there is none.
   * Recorded again when a hold begins or ends while the release waits.
   */
  ReleaseQueued: { readonly behind: string | null; readonly hold?: Hold };
  ReleaseSuperseded: { readonly by: string; readonly reason: Reason };
  /**
   * Admitted: the executor inspects the cluster, then the planner plans. If another release held the slot meanwhile
   * (`slotCounter` differs), the inspection is stale and the gate opens again.
   */
  GateOpened: {
    readonly gate: 'slot';
    readonly slotCounter: number;
    /** Seconds in which the executor must inspect the cluster; default 600. */
    readonly deadline?: number;
  };
  ReleasePlanned: {
    readonly plan: Plan;
    readonly policy: PlannedPolicy;
    /** Version of the policy in its project's stream; absent: the policy was stored before policies had versions. */
    readonly policyVersion?: number;
    /** Counts the holders of this project and environment's slot; part of the fence. */
    readonly slotCounter: number;
    /** Version to roll back to; null: none. */
    readonly stable: StableRef | null;
    readonly reason: Reason;
    /** Chosen analysis mode and why; present if the policy leaves the choice to Alloy (`analysis.mode: auto`). */
    readonly analysis?: { readonly mode: AnalysisMode; readonly reason: Reason };
  };
  StepStarted: StepRef & { readonly spec: Step };
  /** `absence`, here and below: time that the attempt's deadline did not count; default none. */
  StepCompleted: StepRef & { readonly reason: Reason; readonly absence?: Absence };
  /**
   * The current step continues with another number of canary pods, because the size of stable has changed. The executor
   * scales the canary; the step keeps its clocks and what it has observed.
   */
  CanaryResized: StepRef & { readonly split: Split; readonly reason: Reason };
  /**
   * Another client has changed what the last shift had set: the step in progress ends, the executor shifts the traffic
   * again, and then the step starts again. `shift`: index of that shift.
   */
  ShiftRepeated: StepRef & { readonly shift: number; readonly reason: Reason };
  ReleasePaused: { readonly reason: Reason };
  /**
   * By policy, a failure takes the canary's traffic and pods away and keeps the rest of it for inspection. `replicas`:
   * N, stable's pods that must be ready first.
   */
  ScaleDownDecided: { readonly attempt: number; readonly reason: Reason; readonly replicas: number; readonly absence?: Absence };
  /**
   * By policy, a failure holds the release where it is until a user decides: nothing is written, nothing rolled back.
   * `isScaledDown`: the canary has no traffic and no pods any more; default: it has those of the failed step.
   */
  ReleaseHeld: { readonly reason: Reason; readonly absence?: Absence; readonly isScaledDown?: true };
  /** `to`: the status that it continues in, after a hold during the promotion; default `releasing`. */
  ReleaseResumed: { readonly reason: Reason; readonly to?: 'promoting' | 'baking' };
  PromotionDecided: { readonly reason: Reason };
  /** Also the end of a queued release whose version another release was rolled back to meanwhile. */
  ReleasePromoted: { readonly reason: Reason };
  RollbackDecided: {
    readonly attempt: number;
    readonly reason: Reason;
    readonly to: StableRef | null;
    readonly replicas: number;
    readonly absence?: Absence;
  };
  ReleaseRolledBack: { readonly reason: Reason; readonly absence?: Absence };
  /** Ended before Alloy changed the cluster. */
  ReleaseAborted: { readonly reason: Reason };
  /** The workload is no longer Alloy's: nothing is stable here until a release adopts it again. */
  ReleaseHandedBack: { readonly reason: Reason; readonly absence?: Absence };
  /** Failed without a version to roll back to, or because the cluster could not be inspected in time. */
  ReleaseFailed: { readonly reason: Reason; readonly absence?: Absence };
  /** The rollback was not finished by its deadline: a user must act. */
  ReleaseStuck: { readonly reason: Reason; readonly absence?: Absence };
  /** `intent` is the event id of the refused intent. */
  IntentRefused: { readonly intent: string; readonly reason: Reason };

  // ── outcomes ───────────────────────────────────────────────────────────────────────────────────────────────
  /** State of the cluster after admission; the plan is based on it. */
  TargetInspected: AboutTarget & {
    readonly exists: boolean;
    /** spec.replicas, live. */
    readonly replicas: number;
    /** Whether `replicas` is 0 because Alloy has created the workload and not scaled it up yet; default false. */
    readonly isUnscaled?: boolean;
    readonly ready: number;
    readonly owner: 'none' | 'alloy' | 'foreign' | 'unowned';
    readonly hpa: boolean;
    /** The autoscaler; absent: there is none, or it was not recorded. */
    readonly autoscaler?: AutoscalerPlan;
    /** Why the release cannot be carried out in this cluster; null: it can. */
    readonly refusal: Refusal | null;
    /**
     * Results of reading the metrics pages of ready stable pods; absent: none was read, because the policy names a mode
     * or a canary is not possible.
     */
    readonly metrics?: readonly PageProbe[];
    /** The running version, compared with the recorded stable version; absent: there is none, or nothing runs. */
    readonly live?: LiveVersion;
    /**
     * ConfigMaps and Secrets without which the running pods cannot start, and that do not exist. The running version
     * did not become the one to roll back to for this reason; absent: none, or not checked.
     */
    readonly unstartable?: ReadonlyArray<{ readonly kind: 'ConfigMap' | 'Secret'; readonly name: string }>;
    /** Tool that has written the running pod template and will write its own manifest again; absent: none was found. */
    readonly manager?: OwnerTool;
    /**
     * The API server's answers to a dry run of the objects as this release will write them; absent: none was made,
     * because the release was refused before.
     */
    readonly dryRun?: DryRunReport;
    /**
     * ConfigMaps and Secrets that the pods need, and that exist neither in the bundle nor in the cluster; an operator
     * may create them yet. Absent: none, or not checked.
     */
    readonly missing?: ReadonlyArray<{ readonly kind: 'ConfigMap' | 'Secret'; readonly name: string }>;
    /** What the router of the policy divides the traffic with; absent: nothing, or the release has no canary. */
    readonly traffic?: TrafficPlan;
    /** Absent: nothing, or the policy or the state of the cluster forbids to prune. */
    readonly prune?: PrunePlan;
    /** That of the manifest, for a rollout by steps; absent: the manifest has none, or it was not needed. */
    readonly maxSurge?: number | string;
  };
  /**
   * Alloy made the running version the version to roll back to: it ran before Alloy, or another client has changed the
   * workload since its stable version was recorded.
   */
  StableAdopted: AboutTarget & { readonly stable: StableRef };
  ManifestsApplied: StepFact & {
    readonly objects: ReadonlyArray<{
      readonly kind: string;
      readonly name: string;
      readonly action: 'created' | 'changed' | 'unchanged' | 'deleted';
    }>;
    /** Of the plan's `prune`; absent: there was nothing to prune. */
    readonly pruned?: PruneOutcome;
  };
  WorkloadScaled: StepFact & { readonly track: 'stable' | 'canary' | 'baseline'; readonly replicas: number };
  /** Percent of the traffic on the canary: requested, and given by the ready pods. */
  TrafficShifted: StepFact & {
    readonly asked: number;
    readonly reached: number;
    readonly canaryReady: number;
    readonly stableReady: number;
    /** What sends requests to the canary beside its weight; absent: nothing. */
    readonly routes?: readonly ManagedRouteName[];
    /** Of a rollback: what only the failed version had; absent: nothing. */
    readonly pruned?: PruneOutcome;
  };
  /**
   * Alloy's labels, annotations and field managers are gone from the objects `handedBack`. `kept`: versioned copies
   * that pods read, and objects with data, which keep their labels. `left`: they belong to another installation or
   * project.
   */
  WorkloadHandedBack: StepFact & {
    readonly objects: ReadonlyArray<{
      readonly kind: string;
      readonly name: string;
      readonly action: 'handedBack' | 'kept' | 'left';
    }>;
  };
  /** An effect that cannot succeed by retrying. */
  EffectFailed: StepFact & { readonly refusal: Refusal };

  // ── findings ───────────────────────────────────────────────────────────────────────────────────────────────
  WorkloadBecameReady: StepFact &
    Workload & {
      /** The template that the pods have; absent: not recorded. It is compared between releases. */
      readonly template?: RunningTemplate;
    };
  /**
   * More pods are ready than ever before in this step: the progress deadline starts again. A crash loop never causes
   * this.
   */
  WorkloadProgressed: StepFact & Workload;
  WorkloadDegraded: StepFact &
    Workload & { readonly cause: DegradedCause; readonly pod: string; readonly restarts: number; readonly detail: string };
  /**
   * The cluster does not create or schedule pods of the workload, which may be temporary: the release waits until its
   * deadline. Recorded once per step and change;
   * `detail` is the cluster's message, cut to 300 characters.
   */
  WorkloadBlocked: StepFact & Workload & { readonly cause: BlockedCause; readonly detail: string };
  /** The cause of WorkloadBlocked is over, and not all pods are ready yet. */
  WorkloadUnblocked: StepFact & Workload;
  /**
   * An autoscaler or a user has scaled stable, in a release whose canary follows it. `from`: as recorded last, or
   * planned.
   */
  StableScaled: StepFact & { readonly from: number; readonly to: number };
  /**
   * An object of the router does not send the traffic as the release has set it, in a step in which Alloy writes
   * nothing. Recorded once per attempt and found state.
   */
  TrafficDrifted: StepFact & TrafficDrift;
  /**
   * The step waits for a follower. The executor records it, because no watch reports followers: once per step and
   * change of the cause or of the number of ready pods; a start that only takes time, after ten seconds.
   */
  FollowerObserved: StepFact & FollowerWait;
  /**
   * Another client deleted a Deployment that the step needs. Alloy's own deletions are not recorded, nor is the client:
   * Kubernetes does not store who deletes an object.
   */
  WorkloadDeleted: StepFact & {
    readonly track: 'stable' | 'canary' | 'baseline';
    readonly object: { readonly kind: string; readonly name: string };
  };
  /** Another client changed an object of the release; Alloy records this and does not revert it before a promotion. */
  WorkloadDrifted: StepFact & Drift;
  /**
   * While no release runs, another client made something else run than the stable version, which this release recorded.
   * Appended once per change, after the end of the release.
   */
  StableDrifted: AboutTarget & StableDrift;
  /** The stable version runs again, without a release: the change that was recorded last is undone. */
  StableRestored: AboutTarget & {
    /** Image tag of the stable version. */
    readonly stable: string;
    /** Field manager of the last change; null: not recorded. */
    readonly manager: string | null;
    readonly template: RunningTemplate;
  };
  /**
   * The executor or the watcher cannot access the cluster and retries until the deadline. `decision`: version of the
   * decision that it
   * acts on, including the gate. Recorded once per decision and code.
   */
  ClusterAccessFailed: AboutTarget & { readonly decision: number; readonly refusal: Refusal };
  /** The watcher recorded ClusterAccessFailed, has access again, and has no other finding to record. */
  ClusterAccessRegained: AboutTarget & { readonly decision: number };
  /**
   * The attempt needs the executor or the watcher (`decision`: the one that started the attempt, including the gate),
   * and it has been absent for a minute, since `since` (ISO 8601):
   * its deadline is paused. Recorded once per attempt. For the planner: a decision was due since `since` and the
   * planner makes it only now; recorded each time.
   */
  AbsenceDetected: { readonly decision: number; readonly of: readonly AbsentService[]; readonly since: string; readonly reason: Reason };
  VerdictReached: StepFact & {
    readonly verdict: Verdict;
    readonly observedSeconds: number;
    readonly numbers: Numbers;
    readonly detail: string;
    readonly code: VerdictCode;
  };
}

export type { Numbers, Verdict, VerdictCode };
export * from './left-object';
export * from './prune-plan';
export * from './reason-codes';
export * from './step-facts';
export * from './versions';

export type ReleaseEventType = keyof Payloads;
export type ReleaseEvent = { [T in ReleaseEventType]: { readonly type: T; readonly data: Payloads[T] } }[ReleaseEventType];
export type EventOf<T extends ReleaseEventType> = Extract<ReleaseEvent, { type: T }>;
