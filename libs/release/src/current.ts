import type { FollowerWait, Numbers, Payloads, Refusal, StableRef, StepRef, TrafficDrift, Verdict, VerdictCode, Workload } from './events';
import type { Split, Step, Target } from './plan';
import type { PlannedPolicy } from './policy';

/** A rollback, carried out like a step: `step` −1. */
export interface RollbackSpec {
  readonly kind: 'rollback';
  readonly target: Target;
  /** Seconds without progress after which the release becomes stuck. */
  readonly deadline: number;
  /** Version to roll back to; null: none, then `onFirstFailure` applies. */
  readonly to: StableRef | null;
  /** N: pods of the stable version that must be ready before the canary is removed. */
  readonly replicas: number;
  readonly onFirstFailure: PlannedPolicy['onFirstFailure'];
}

/** The canary loses its traffic and its pods, carried out like a step: `step` −1. */
export interface ScaleDownSpec {
  readonly kind: 'scaleDownCanary';
  readonly target: Target;
  /** Seconds without progress after which the release is rolled back. */
  readonly deadline: number;
  /** N: pods of the stable version that must be ready before the canary's are removed. */
  readonly replicas: number;
}

/** The step, the rollback or the scale-down in progress. */
export interface Current {
  readonly ref: StepRef;
  readonly spec: Step | RollbackSpec | ScaleDownSpec;
  readonly startedAt: string;
  /** Start or last progress; the progress deadline counts from here. */
  readonly progressedAt: string;
  /** Whether the executor's final outcome for this attempt has arrived. */
  readonly effectDone: boolean;
  /** Whether the watcher has observed the workload ready in this attempt, with all pods that the step requires. */
  readonly ready: boolean;
  /** When the two fields above became true, in the attempt's own time, which stops during a pause; null: not yet. */
  readonly effectDoneAt: string | null;
  readonly readyAt: string | null;
  /** Whether an absence of a minute was recorded in this attempt. */
  readonly absenceDetected: boolean;
  /** Finished pauses of this attempt, in order. */
  readonly pauses: readonly Pause[];
  /** Most pods that were ready at once in this attempt; only more than that is progress, so a crash loop is not. */
  readonly mostReady: number;
  /** Last workload finding of this attempt, for evidence. */
  readonly workload: Workload | null;
  readonly degraded: Payloads['WorkloadDegraded'] | null;
  /** Set while the cluster cannot create or schedule pods of this attempt, since `at` (ISO 8601). */
  readonly blocked: (Pick<Payloads['WorkloadBlocked'], 'cause' | 'detail'> & { readonly at: string }) | null;
  /** The last observed follower, with its cause since `since`; absent: none. `count`: number of observations. */
  readonly follower?: FollowerWait & { readonly since: string; readonly count: number };
  /** The first Deployment that another client deleted in this attempt. */
  readonly deleted: Payloads['WorkloadDeleted'] | null;
  /** The last change of the canary's size within this attempt; absent: there was none. */
  readonly resize?: Resize;
  /** The traffic does not go where the release has set it, since `at` (ISO 8601); absent: as far as known, it does. */
  readonly trafficDrift?: TrafficDrift & { readonly at: string };
  readonly effectFailed: Payloads['EffectFailed'] | null;
  /** The last cluster access failure; null once a later fact of this attempt has arrived. */
  readonly access: AccessFailure | null;
  readonly verdict: {
    readonly verdict: Verdict;
    readonly code: VerdictCode;
    readonly observedSeconds: number;
    readonly numbers: Numbers;
    readonly detail: string;
  } | null;
}

/** `decision`: version of the decision. `isDone`: the executor has scaled the canary. */
export interface Resize {
  readonly decision: number;
  readonly split: Split;
  readonly isDone: boolean;
}

/** A pause that began at `from` (ms since 1970) and lasted `ms`. */
export interface Pause {
  readonly from: number;
  readonly ms: number;
}

/** Why a service could not access the cluster, when, and which service. */
export interface AccessFailure {
  readonly refusal: Refusal;
  readonly at: string;
  readonly by: string;
}
