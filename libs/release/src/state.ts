import type { Actor, Awaits } from '@alloy/contracts';
import type { EventOf, Numbers, Payloads, Reason, Refusal, ReleaseEvent, StableRef, StepRef, Verdict, VerdictCode, Workload } from './events';
import type { Absence, Heartbeats } from './heartbeats';
import type { Plan, Step, Target } from './plan';
import type { PlannedPolicy, Policy } from './policy';

/** An event as `evolve` gets it: with its place in the stream and Postgres' time. */
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

/** The way back, as something to be carried out like a step: `step` −1. */
export interface RollbackSpec {
  readonly kind: 'rollback';
  readonly target: Target;
  /** Seconds without progress after which the release is stuck. */
  readonly deadline: number;
  /** What to return to; null: nothing, then `onFirstFailure` rules. */
  readonly to: StableRef | null;
  /** N, to be ready again before the canary goes. */
  readonly replicas: number;
  readonly onFirstFailure: Policy['onFirstFailure'];
}

/** What is being carried out now, and how far it is. */
export interface Current {
  readonly ref: StepRef;
  readonly spec: Step | RollbackSpec;
  readonly startedAt: string;
  /** Start or last progress: the progress deadline counts from here. */
  readonly progressedAt: string;
  /** The executor's closing outcome for this attempt has arrived. */
  readonly effectDone: boolean;
  /** The watcher has seen the workload ready in this attempt: with as many pods as the step wants, if it wants any. */
  readonly ready: boolean;
  /** When the two above became true, by the attempt's own time, which stands still in a pause; null: not yet. */
  readonly effectDoneAt: string | null;
  readonly readyAt: string | null;
  /** A minute's absence was recorded in this attempt. */
  readonly absenceDetected: boolean;
  /** The attempt's pauses that are over, in order. */
  readonly pauses: readonly Pause[];
  /** Most pods that were ever ready in this attempt; only more than that is progress, so a crash loop is none. */
  readonly mostReady: number;
  /** The last workload finding of this attempt, for evidence. */
  readonly workload: Workload | null;
  readonly degraded: Payloads['WorkloadDegraded'] | null;
  /** Pods of this attempt can't be created or scheduled, since `at` (ISO 8601). */
  readonly blocked: (Pick<Payloads['WorkloadBlocked'], 'cause' | 'detail'> & { readonly at: string }) | null;
  readonly effectFailed: Payloads['EffectFailed'] | null;
  /** The cluster did not let somebody in, and nothing of this attempt has come through since. */
  readonly access: AccessFailure | null;
  readonly verdict: { readonly verdict: Verdict; readonly code: VerdictCode; readonly observedSeconds: number; readonly numbers: Numbers; readonly detail: string } | null;
}

/** A pause began at `from` (ms since 1970) and took `ms`. */
export interface Pause {
  readonly from: number;
  readonly ms: number;
}

/** Why the cluster could not be worked on, when that was seen, and by which service. */
export interface AccessFailure {
  readonly refusal: Refusal;
  readonly at: string;
  readonly by: string;
}

/** Percent of the traffic on the new version: asked for (100 from promotion on, 0 from rollback on), and reached; null before the first shift. */
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
}

/** A verdict in the record, for people and for the rule "promoted only if every verdict passed or a named person skipped it". */
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
  /** ISO 8601: an absence of the planner is recorded, and it has decided nothing since. */
  readonly plannerAbsentSince?: string | undefined;
}

/** Before a plan: waits for the slot, or (gated) for the executor's look at the cluster. */
interface Unplanned extends Base {
  /** What the executor saw since the gate opened; always null in `requested` and `queued`. */
  readonly inspection: Payloads['TargetInspected'] | null;
  readonly adopted: StableRef | null;
}

interface Planned extends Base {
  readonly plan: Plan;
  readonly policy: PlannedPolicy;
  readonly slotCounter: number;
  readonly stable: StableRef | null;
  /** How the canary is judged and why, where the policy left it to Alloy; null: the policy names the mode, or there is no canary. */
  readonly analysis: NonNullable<Payloads['ReleasePlanned']['analysis']> | null;
  readonly plannedAt: string;
  /** Steps completed so far: the index of the next one. */
  readonly done: number;
  /** Step that is being carried out, null between two. */
  readonly current: Current | null;
  readonly weights: Weights;
  /** The last one of each step. */
  readonly verdicts: readonly RecordedVerdict[];
}

interface Ended {
  readonly endedAt: string;
  readonly reason: Reason;
}

export type State =
  | ({ readonly status: 'none' } & Identity & { readonly version: 0 })
  | ({ readonly status: 'requested' } & Unplanned)
  | ({ readonly status: 'queued'; readonly behind: string } & Unplanned)
  /** Its turn has come; without an inspection it awaits the executor. `slotCounter` is the slot's at that moment, `gate` the version of the decision that opened it, `deadline` the seconds from there on. */
  | ({ readonly status: 'gated'; readonly slotCounter: number; readonly gate: number; readonly openedAt: string; readonly deadline: number; readonly access: AccessFailure | null; readonly absenceDetected: boolean } & Unplanned)
  | ({ readonly status: 'releasing' } & Planned)
  /** Stands still; `paused` keeps the current step, whose deadline stands still too. */
  | ({ readonly status: 'paused'; readonly pausedAt: string; readonly pauseReason: Reason } & Planned)
  | ({ readonly status: 'promoting' } & Planned)
  | ({ readonly status: 'baking' } & Planned)
  | ({ readonly status: 'rollingBack'; readonly rollbackReason: Reason; readonly rolledBackFrom: 'releasing' | 'paused' | 'promoting' | 'baking' } & Planned)
  | ({ readonly status: 'promoted' } & Planned & Ended)
  | ({ readonly status: 'rolledBack' } & Planned & Ended)
  | ({ readonly status: 'failed' } & Planned & Ended)
  /** The cluster could not be looked at. */
  | ({ readonly status: 'failed' } & Unplanned & Ended)
  /** The rollback was not finished by its deadline, or was refused; the executor goes on trying it until another release takes the slot. */
  | ({ readonly status: 'stuck'; readonly rollbackReason: Reason; readonly rolledBackFrom: 'releasing' | 'paused' | 'promoting' | 'baking' } & Planned & Ended)
  | ({ readonly status: 'rejected' } & Unplanned & Ended)
  | ({ readonly status: 'superseded' } & Unplanned & Ended)
  | ({ readonly status: 'aborted' } & Unplanned & Ended);

export type Status = State['status'];
export type StateOf<S extends Status> = Extract<State, { status: S }>;
/** States that have touched, or may touch, the cluster. */
export type RunningState = StateOf<'releasing' | 'paused' | 'promoting' | 'baking' | 'rollingBack'>;
export type PlannedState = Extract<State, Planned>;
export type UnplannedState = StateOf<'requested' | 'queued' | 'gated'>;
export type EndedState = Extract<State, Ended>;

/** What `decide` needs from outside the stream; what it uses of it is copied into the decision. */
export interface Context {
  readonly policy: PlannedPolicy;
  readonly cluster: string;
  /** Revision of the rules to plan with; default `CURRENT_RULES`. */
  readonly rules?: number;
  /** Who holds the slot of this project and environment, and the last counter given out (0: none yet). */
  readonly slot: { readonly holder: string | null; readonly counter: number };
  readonly stable: StableRef | null;
  /** The other releases of this project and environment that wait for the slot (requested, queued or gated), oldest first. */
  readonly waiting: readonly { readonly releaseId: string; readonly requestedAt: string; readonly whenBusy: Policy['whenBusy']; readonly urgent: boolean }[];
  /** When executor and watcher were at work; undefined: nobody recorded it, and deadlines count all time. */
  readonly heartbeats?: Heartbeats;
  /** Instead of heartbeats, where a decision is made again: the absence that it recorded for the attempt that `decision` began. */
  readonly absence?: Absence & { readonly decision: number };
}

/** What the inline view `release` keeps of a state. */
export interface Due {
  /** Who must act next; empty once ended, and several where effects and observation overlap. */
  readonly awaits: readonly Awaits[];
  /** ISO time at which the planner must look again even if nothing happens; null: none. */
  readonly nextDueAt: string | null;
}

export type Decision = EventOf<
  | 'ReleaseRejected' | 'ReleaseQueued' | 'ReleaseSuperseded' | 'GateOpened' | 'ReleasePlanned' | 'StepStarted' | 'StepCompleted' | 'ReleasePaused' | 'ReleaseResumed'
  | 'PromotionDecided' | 'ReleasePromoted' | 'RollbackDecided' | 'ReleaseRolledBack' | 'ReleaseAborted' | 'ReleaseFailed' | 'ReleaseStuck' | 'IntentRefused'
>;
