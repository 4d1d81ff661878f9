import type { Actor } from '@alloy/contracts';
import type { AccessFailure, Current } from './current';
import type { Drift, Numbers, Payloads, Reason, ReleaseEvent, StableRef, Verdict, VerdictCode } from './events';
import type { Hold } from './hold';
import type { Plan, Split } from './plan';
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
  /** Stable's number of pods as the watcher recorded it last; absent: as planned. */
  readonly stablePods?: number;
  /** Pods that the whole traffic needs, estimated from changes of stable's number; absent: as planned. */
  readonly demand?: number;
  /** The pods of both tracks since a change of stable's number; absent: those of the plan's steps. */
  readonly split?: Split;
  /** Attempts of the next step that failed before a user resumed the held release; default 0. */
  readonly attempts?: number;
  /**
   * A user resumed the release after its canary was scaled down: the steps up to the failed one, `until`, are repeated
   * as attempt `attempt`, without the analyses and pauses before it, which have passed. Absent: there was none.
   */
  readonly redo?: { readonly until: number; readonly attempt: number };
  /** The highest attempt of any step so far; absent: 1. */
  readonly mostAttempts?: number;
  /** The last shift that was started; absent: none was. */
  readonly lastShift?: { readonly step: number; readonly attempt: number };
  /** How the last shift was repeated because of another client, until the step in which that was found ends. */
  readonly repeats?: Repeats;
  /** The last change by another client, and when it was recorded; absent: there was none. */
  readonly drift?: RecordedDrift;
}

/**
 * `step`: the one that starts again after each repetition, and its attempts so far. `isOpen`: the shift is in progress.
 */
export interface Repeats {
  readonly step: number;
  readonly attempts: number;
  readonly count: number;
  readonly isOpen: boolean;
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
  /** `hold`: a user must lift it before this release continues; undefined: there is none. */
  | ({ readonly status: 'queued'; readonly behind: string | null; readonly hold?: Hold | undefined } & Unplanned)
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
  /** A failure takes the canary's traffic and pods away (policy `onFail: scaleDownCanary`); then it is held. */
  | ({
      readonly status: 'scalingDown';
      readonly scaleDownReason: Reason;
      /** The attempt that failed. */
      readonly failed: Current;
    } & Planned)
  /**
   * A failure holds it where it is (policy `onFail: hold`), or with the canary scaled down; `held`: version of that
   * decision. It keeps the failed step.
   */
  | ({
      readonly status: 'held';
      readonly held: number;
      readonly heldAt: string;
      readonly holdReason: Reason;
      readonly heldFrom: 'releasing' | 'promoting' | 'baking';
      /** The canary has no traffic and no pods; absent: it has those of the failed step. */
      readonly isScaledDown?: true;
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
export type RunningState = StateOf<
  'releasing' | 'paused' | 'scalingDown' | 'held' | 'promoting' | 'baking' | 'rollingBack'
>;
export type PlannedState = Extract<State, Planned>;
export type UnplannedState = StateOf<'requested' | 'queued' | 'gated'>;
export type EndedState = Extract<State, Ended>;
