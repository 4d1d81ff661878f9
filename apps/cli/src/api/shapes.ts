import type { Actor, StoredEvent } from '@alloy/contracts';
import type { Policy } from '@alloy/policy';
import type { Plan, PlannedState, Reason, RecordedVerdict, RequestedStrategy, StableRef, Status, Strategy, Weights } from '@alloy/release';

/** A line of a list of releases. */
export interface ReleaseLine {
  readonly id: string;
  readonly project: string;
  readonly environment: string;
  readonly status: Status;
  readonly image: string;
  readonly imageTag: string;
  readonly commitSha: string;
  readonly requestedStrategy: RequestedStrategy;
  /** Null before the plan. */
  readonly strategy: Strategy | null;
  readonly retryOf: string | null;
  readonly rollbackOf: string | null;
  readonly requestedBy: Actor;
  readonly reason: Reason | null;
  readonly times: { readonly requestedAt: string; readonly updatedAt: string };
}

/** A release, whole. */
export interface Release extends ReleaseLine {
  readonly version: number;
  readonly imageDigest: string | null;
  readonly requestReason: string | null;
  readonly plan: Plan | null;
  /** What is being carried out; `index` −1 is the way back. */
  readonly step: { readonly index: number; readonly of: number; readonly kind: string; readonly attempt: number; readonly startedAt: string } | null;
  readonly weights: Weights | null;
  readonly verdicts: readonly RecordedVerdict[];
  /** How the canary is judged, where the policy leaves it to Alloy; older servers do not tell. */
  readonly analysis?: PlannedState['analysis'];
  readonly stable: StableRef | null;
  readonly times: { readonly requestedAt: string; readonly plannedAt: string | null; readonly updatedAt: string; readonly endedAt: string | null };
  readonly restorable: boolean;
  /** What people asked of it and Alloy has not answered yet; older servers do not tell. */
  readonly unanswered?: readonly string[];
  /** Services that it waits for and that are absent; null: none. Default (older servers): not known. */
  readonly absent?: { readonly of: readonly string[]; readonly since: string; readonly text: string } | null;
  /** Why it waits for pods; null: they can be created and scheduled. Default (older servers): not known. */
  readonly blocked?: { readonly cause: string; readonly since: string; readonly text: string } | null;
}

/** A line of a project's history. */
export interface PastRelease extends Omit<ReleaseLine, 'requestedBy' | 'times' | 'project' | 'environment'> {
  readonly requestedBy: string;
  readonly times: { readonly requestedAt: string; readonly plannedAt: string | null; readonly endedAt: string | null };
}

export interface Project {
  readonly id: string;
  readonly createdAt: string;
  /** By environment; one that is not here has every default. */
  readonly policies: Readonly<Record<string, Policy>>;
}

export interface Stable extends StableRef {
  readonly project: string;
  readonly environment: string;
  readonly since: string;
  readonly restorable: boolean;
}

/** That a release was taken in. */
export interface Accepted {
  readonly id: string;
  readonly project: string;
  readonly environment: string;
  readonly status: Status;
  readonly strategy: string;
  readonly imageTag: string;
  readonly retryOf: string | null;
  readonly rollbackOf: string | null;
  readonly statusUrl: string;
}

/** That something was asked of a release; `status` is the one before. */
export interface Asked {
  readonly id: string;
  readonly status: Status;
}

/** A token, without its text. */
export interface Token {
  readonly id: string;
  readonly name: string;
  readonly user: string;
  readonly scope: string;
  readonly projects: readonly string[];
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly lastUsedAt: string | null;
}

/** An event with the place after which a reader goes on. */
export interface ShownEvent extends StoredEvent {
  readonly cursor: string;
}

/** Whether a release may begin now. */
export interface ReleaseWindow {
  readonly project: string;
  readonly environment: string;
  readonly open: boolean;
  readonly prospect: 'starts' | 'supersedes' | 'waits' | 'rejected';
  readonly whenBusy: string;
  readonly reasons: readonly { readonly code: string; readonly text: string }[];
  readonly running: { readonly id: string; readonly status: Status; readonly imageTag: string } | null;
  readonly waiting: number;
  readonly opensAt: string | null;
}
