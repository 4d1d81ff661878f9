import type { Target } from './plan';

/**
 * The step, attempt and decision (its version in the stream) that a fact belongs to; facts of earlier ones are kept and
 * have no effect.
 */
export interface StepRef {
  /** Index in the plan; −1 for the rollback. */
  readonly step: number;
  readonly attempt: number;
  readonly decision: number;
}

/** A fact about a workload. */
export interface AboutTarget {
  /** The workload, and where it is; default: the target of the plan. Histories from before this field lack it. */
  readonly target?: Target;
}

/** What all facts of a step have. */
export type StepFact = StepRef & AboutTarget;

/**
 * What is wrong with an object of the router. `rewritten`: it does not send what Alloy has set. `deleted`: it does not
 * exist. `unusable`: it no longer leads to the workload. `rejected`: no controller accepts it. `reported`: a controller
 * reports a problem with a part of it, which may have been there before.
 */
export type TrafficDriftCause = 'rewritten' | 'deleted' | 'unusable' | 'rejected' | 'reported';

/** An object of the router that does not send the traffic as the release has set it. */
export interface TrafficDrift {
  readonly object: { readonly kind: string; readonly name: string };
  readonly cause: TrafficDriftCause;
  /** Field manager of the last write that was not Alloy's; null: not recorded. */
  readonly manager: string | null;
  /** What the object should do, and does, in words for users; `expected` null: only that nothing is reported. */
  readonly expected: string | null;
  readonly found: string;
  /** The fields that Alloy sets, for example `spec.rules`: another tool should ignore them. */
  readonly fields: readonly string[];
  /** Whether setting the traffic again would repair it. */
  readonly canRestore: boolean;
}

/** A workload as the watcher observed it. */
export interface Workload {
  readonly track: 'stable' | 'canary';
  readonly generation: number;
  readonly desired: number;
  readonly ready: number;
}

/** A change made by another client. */
export interface Drift {
  readonly object: { readonly kind: string; readonly name: string };
  /** Field manager as the API server records it (`kubectl-edit`, `kube-controller-manager`); null: not recorded. */
  readonly manager: string | null;
  readonly fields: readonly DriftedField[];
}

/** Contains values only for pod counts; other values may be secret, so only their path is recorded. */
export interface DriftedField {
  /** For example `spec.template.spec.containers[web].image`. */
  readonly path: string;
  readonly expected: number | null;
  readonly found: number | null;
}

export type DegradedCause = 'CrashLoopBackOff' | 'ImagePullBackOff' | 'OOMKilled' | 'ConfigError' | 'Unschedulable' | 'QuotaExceeded';

/**
 * `CreateFailed`: the cause is neither a quota nor a denial by an admission plugin; for example, a webhook does not
 * answer. `Paused`: another client has paused the Deployment (`kubectl rollout pause`). `ConfigMissing`: a ConfigMap, a
 * Secret or a key of one does not exist; after a minute the pod is degraded.
 */
export type BlockedCause = 'QuotaExceeded' | 'AdmissionDenied' | 'CreateFailed' | 'Unschedulable' | 'Paused' | 'ConfigMissing';

/** Why a follower is not ready: as for the workload; or its pods start or run and are not ready; or its Job runs. */
export type FollowerCause = BlockedCause | 'NotReady' | 'NotComplete';

/** A workload that follows at promotion, as the executor observed it while a step waits for it. */
export interface FollowerWait {
  readonly object: { readonly kind: string; readonly name: string };
  /** Pods that must be ready, or that must complete if it is a Job. */
  readonly desired: number;
  readonly ready: number;
  /** What it waits for; `detail` has at most 300 characters. Null: it is ready. */
  readonly waits: { readonly cause: FollowerCause; readonly detail: string } | null;
}
