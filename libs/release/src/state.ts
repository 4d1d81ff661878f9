import type { Actor, Awaits } from '@alloy/contracts';
import type {
  Drift, EventOf, FollowerWait, Numbers, Payloads, Reason, Refusal, ReleaseEvent, StableRef, StepRef, Verdict, VerdictCode, Workload,
} from './events';
import type { Absence, Heartbeats } from './heartbeats';
import type { Plan, Step, Target } from './plan';
import type { PlannedPolicy } from './policy';

/** An event as `evolve` receives it: with its version in the stream and Postgres' time. */
export type Recorded<E extends ReleaseEvent = ReleaseEvent> = E & {
  readonly id: string;
  readonly version: number;
  /** ISO 8601, UTC. */
  readonly occurredAt: string;
  readonly actor: Actor;
};

export interface Identity {
  readonly releaseId: string;
  readonly project: string;
  readonly environment: string;
}

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

/** The step or rollback in progress. */
export interface Current {
  readonly ref: StepRef;
  readonly spec: Step | RollbackSpec;
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

/**
 * Percent of the traffic on the new version: requested (100 from promotion on, 0 from rollback on), and reached; null
 * before the first shift.
 */
export interface Weights {
  readonly asked: number;
  readonly reached: number | null;
}

/** An intent that no decision has answered yet. */
export interface PendingIntent {
  readonly id: string;
  readonly version: number;
  readonly type: 'PromotionRequested' | 'AbortRequested' | 'PauseRequested' | 'ResumeRequested';
  readonly actor: Actor;
  readonly reason: string | null;
  readonly full: boolean;
  /** Index of the step that the user saw in progress; default: unknown. */
  readonly step?: number;
}

/**
 * A recorded verdict, for users and for the rule "promoted only if every verdict passed or a named user skipped it".
 */
export interface RecordedVerdict {
  readonly step: number;
  readonly verdict: Verdict;
  readonly code: VerdictCode;
  readonly at: string;
  readonly numbers: Numbers;
  readonly detail: string;
}

interface Base extends Identity {
  readonly version: number;
  readonly request: Payloads['ReleaseRequested'];
  readonly requestedBy: Actor;
  readonly requestedAt: string;
  readonly updatedAt: string;
  readonly intents: readonly PendingIntent[];
  /** ISO 8601; set while a recorded planner absence has not been followed by a decision. */
  readonly plannerAbsentSince?: string | undefined;
}

/** Without a plan: waits for the slot, or (gated) for the executor's inspection of the cluster. */
interface Unplanned extends Base {
  /** The executor's inspection since the gate opened; always null in `requested` and `queued`. */
  readonly inspection: Payloads['TargetInspected'] | null;
  /** The version that the executor has adopted since the gate opened. */
  readonly adopted: StableRef | null;
}

interface Planned extends Base {
  readonly plan: Plan;
  readonly policy: PlannedPolicy;
  /** Version of that policy; absent: it was stored before policies had versions. */
  readonly policyVersion?: number;
  readonly slotCounter: number;
  readonly stable: StableRef | null;
  /**
   * At the inspection another client's change ran, which did not become the version to roll back to: a rollback
   * restores the template of `stable`. Absent: no.
   */
  readonly overwritesChange?: true;
  /**
   * Chosen analysis mode and why, if the policy leaves the choice to Alloy; null: the policy names the mode, or there
   * is no canary.
   */
  readonly analysis: NonNullable<Payloads['ReleasePlanned']['analysis']> | null;
  readonly plannedAt: string;
  /** Number of completed steps: the index of the next one. */
  readonly done: number;
  /** Step in progress; null between two steps. */
  readonly current: Current | null;
  readonly weights: Weights;
  /** The last verdict of each step. */
  readonly verdicts: readonly RecordedVerdict[];
  /** Attempts of the next step that failed before a user resumed the held release; default 0. */
  readonly attempts?: number;
  /** The last change by another client, and when it was recorded; absent: there was none. */
  readonly drift?: RecordedDrift;
}

/** `at`: ISO 8601. */
export type RecordedDrift = Drift & { readonly at: string };

interface Ended {
  readonly endedAt: string;
  readonly reason: Reason;
}

export type State =
  | ({ readonly status: 'none' } & Identity & { readonly version: 0 })
  | ({ readonly status: 'requested' } & Unplanned)
  | ({ readonly status: 'queued'; readonly behind: string } & Unplanned)
  /**
   * Admitted; without an inspection it waits for the executor. `slotCounter`: the slot's counter at that time; `gate`:
   * version of the decision that opened the gate; `deadline`: seconds from then on.
   */
  | ({
      readonly status: 'gated';
      readonly slotCounter: number;
      readonly gate: number;
      readonly openedAt: string;
      readonly deadline: number;
      readonly access: AccessFailure | null;
      readonly absenceDetected: boolean;
    } & Unplanned)
  | ({ readonly status: 'releasing' } & Planned)
  /** `paused` keeps the current step and stops its deadline. */
  | ({ readonly status: 'paused'; readonly pausedAt: string; readonly pauseReason: Reason } & Planned)
  /**
   * A failure holds it where it is (policy `onFail: hold`); `held`: version of that decision. It keeps the failed step.
   */
  | ({
      readonly status: 'held';
      readonly held: number;
      readonly heldAt: string;
      readonly holdReason: Reason;
      readonly heldFrom: 'releasing' | 'promoting' | 'baking';
    } & Planned)
  | ({ readonly status: 'promoting' } & Planned)
  | ({ readonly status: 'baking' } & Planned)
  | ({
      readonly status: 'rollingBack';
      readonly rollbackReason: Reason;
      readonly rolledBackFrom: 'releasing' | 'paused' | 'promoting' | 'baking';
      /** The failure that held the release before; absent: it was not held. */
      readonly heldFor?: Reason;
    } & Planned)
  | ({ readonly status: 'promoted' } & Planned & Ended)
  /** Its version was stable already. */
  | ({ readonly status: 'promoted' } & Unplanned & Ended)
  | ({ readonly status: 'rolledBack' } & Planned & Ended)
  | ({ readonly status: 'failed' } & Planned & Ended)
  /** The workload was given back to its users. */
  | ({ readonly status: 'handedBack' } & Planned & Ended)
  /** The cluster could not be inspected. */
  | ({ readonly status: 'failed' } & Unplanned & Ended)
  /**
   * The rollback was not finished by its deadline, or was refused; the executor retries it until another release takes
   * the slot.
   */
  | ({
      readonly status: 'stuck';
      readonly rollbackReason: Reason;
      readonly rolledBackFrom: 'releasing' | 'paused' | 'promoting' | 'baking';
      readonly heldFor?: Reason;
    } & Planned &
      Ended)
  | ({ readonly status: 'rejected' } & Unplanned & Ended)
  | ({ readonly status: 'superseded' } & Unplanned & Ended)
  | ({ readonly status: 'aborted' } & Unplanned & Ended);

export type Status = State['status'];
export type StateOf<S extends Status> = Extract<State, { status: S }>;
/** States of releases that have changed, or may change, the cluster. */
export type RunningState = StateOf<'releasing' | 'paused' | 'held' | 'promoting' | 'baking' | 'rollingBack'>;
export type PlannedState = Extract<State, Planned>;
export type UnplannedState = StateOf<'requested' | 'queued' | 'gated'>;
export type EndedState = Extract<State, Ended>;

/** Input of `decide` from outside the stream; what a decision uses of it is copied into the decision. */
export interface Context {
  readonly policy: PlannedPolicy;
  /** Version of the policy; undefined: it was stored before policies had versions. */
  readonly policyVersion?: number;
  readonly cluster: string;
  /** Revision of the rules to plan with; default `CURRENT_RULES`. */
  readonly rules?: number;
  /** The release that holds the slot of this project and environment, and the last counter assigned (0: none yet). */
  readonly slot: { readonly holder: string | null; readonly counter: number };
  readonly stable: StableRef | null;
  /**
   * Other releases of this project and environment that wait for the slot (requested, queued or gated), oldest first;
   * `urgent`: expedited.
   */
  readonly waiting: readonly {
    readonly releaseId: string;
    readonly requestedAt: string;
    readonly whenBusy: PlannedPolicy['whenBusy'];
    readonly urgent: boolean;
    /** Whether it is no release of a version, but gives the workload back: it supersedes nothing. Default false. */
    readonly handsBack?: boolean;
    /** Whether it requests the version that is stable; default false. */
    readonly requestsStable?: boolean;
    /** Id of the user or pipeline that requested it; default unknown. */
    readonly requestedBy?: string;
  }[];
  /**
   * Whether this release waited for another one that was rolled back to the very version that this one requests;
   * default false.
   */
  readonly isRestored?: boolean;
  /** When executor and watcher were active; undefined: no heartbeats were recorded, and deadlines count all time. */
  readonly heartbeats?: Heartbeats;
  /** Replaces heartbeats when a decision is repeated: the absence recorded for the attempt that `decision` started. */
  readonly absence?: Absence & { readonly decision: number };
}

/** The part of a state that the inline view `release` stores. */
export interface Due {
  /** Services that must act next; empty once ended, several where effects and observation overlap. */
  readonly awaits: readonly Awaits[];
  /** ISO time at which the planner must decide again even if no event arrives; null: none. */
  readonly nextDueAt: string | null;
}

export type Decision = EventOf<
  | 'ReleaseRejected' | 'ReleaseQueued' | 'ReleaseSuperseded' | 'GateOpened' | 'ReleasePlanned' | 'StepStarted'
  | 'StepCompleted' | 'ReleasePaused' | 'ReleaseHeld' | 'ReleaseResumed' | 'PromotionDecided' | 'ReleasePromoted' | 'RollbackDecided'
  | 'ReleaseRolledBack' | 'ReleaseHandedBack' | 'ReleaseAborted' | 'ReleaseFailed' | 'ReleaseStuck' | 'IntentRefused'
>;
