import type { Awaits } from '@alloy/contracts';
import type { EventOf, StableRef } from './events';
import type { Absence, Heartbeats } from './heartbeats';
import type { Hold } from './hold';
import type { PlannedPolicy } from './policy';

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
  /** A user's hold on this project and environment; undefined: there is none. */
  readonly hold?: Hold;
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
    /** Whether its user overrides a hold; default false. */
    readonly overridesHold?: boolean;
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
  | 'StepCompleted' | 'CanaryResized' | 'ShiftRepeated'
  | 'ReleasePaused' | 'ScaleDownDecided' | 'ReleaseHeld' | 'ReleaseResumed' | 'PromotionDecided' | 'ReleasePromoted' | 'RollbackDecided'
  | 'ReleaseRolledBack' | 'ReleaseHandedBack' | 'ReleaseAborted' | 'ReleaseFailed' | 'ReleaseStuck' | 'IntentRefused'
>;
