import type { Actor, StoredEvent } from '@alloy/contracts';
import type { Policy, PolicyDifference, ProjectDocument } from '@alloy/policy';
import type {
  Hold, LeftObject, Plan, PlannedState, Reason,
  RecordedVerdict, RequestedStrategy, StableRef, Status, Strategy, Target, Waiting, Weights,
} from '@alloy/release';

/** An item of a list of releases. */
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

/** A complete release. */
export interface Release extends ReleaseLine {
  readonly version: number;
  readonly imageDigest: string | null;
  readonly requestReason: string | null;
  /** Whether it skips stages and waiting for ready pods; absent from older servers. */
  readonly emergency?: boolean;
  /** Objects of the request that the release does not write; absent from older servers. */
  readonly left?: readonly LeftObject[];
  readonly plan: Plan | null;
  /** The current step; `index` −1 is the rollback. */
  readonly step: {
    readonly index: number;
    readonly of: number;
    readonly kind: string;
    readonly attempt: number;
    readonly startedAt: string;
  } | null;
  readonly weights: Weights | null;
  readonly verdicts: readonly RecordedVerdict[];
  /** How the canary is judged, if the policy leaves it to Alloy; absent from older servers. */
  readonly analysis?: PlannedState['analysis'];
  /** Version of the policy of the plan; absent from older servers. */
  readonly policyVersion?: number | null;
  readonly stable: StableRef | null;
  readonly times: {
    readonly requestedAt: string;
    readonly plannedAt: string | null;
    readonly updatedAt: string;
    readonly endedAt: string | null;
  };
  readonly restorable: boolean;
  /** Pending intents; absent from older servers. */
  readonly unanswered?: readonly string[];
  /** What it waits for by its plan or a user's request; absent from older servers. */
  readonly waiting?: Waiting | null;
  /** Absent services that the release needs; null: none; absent from older servers. */
  readonly absent?: { readonly of: readonly string[]; readonly since: string; readonly text: string } | null;
  /** Why the release waits for pods; null: they can be created and scheduled; absent from older servers. */
  readonly blocked?: { readonly cause: string; readonly since: string; readonly text: string } | null;
}

/** An item of a project's history. */
export interface PastRelease extends Omit<ReleaseLine, 'requestedBy' | 'times' | 'project' | 'environment'> {
  readonly requestedBy: string;
  readonly times: { readonly requestedAt: string; readonly plannedAt: string | null; readonly endedAt: string | null };
}

export interface Project {
  readonly id: string;
  readonly createdAt: string;
  /** By environment; a missing one has the default policy. */
  readonly policies: Readonly<Record<string, Policy>>;
  /** By environment, those on hold; absent from older servers. */
  readonly holds?: Readonly<Record<string, Hold>>;
}

/** Whether an environment is on hold; null: it is not. */
export interface HoldAnswer {
  readonly project: string;
  readonly environment: string;
  readonly hold: Hold | null;
}

/** The result of applying a project's document. */
export interface AppliedDocument {
  /** As stored, or with `dryRun` as it would be, at the present version. */
  readonly document: ProjectDocument;
  readonly created: boolean;
  readonly dryRun: boolean;
  readonly differences: readonly PolicyDifference[];
}

export interface Stable extends StableRef {
  readonly project: string;
  readonly environment: string;
  readonly since: string;
  /** Whether a release promoted it; absent: the server is of an earlier version. */
  readonly judged?: boolean;
  /** The workload that has it; null: not recorded. */
  readonly target?: Target | null;
  readonly restorable: boolean;
  /** What runs instead of it; absent: the server is of an earlier version. */
  readonly drift?: {
    readonly since: string;
    readonly manager: string | null;
    readonly live: { readonly release: string | null; readonly image: string; readonly differences: readonly string[] } | null;
    readonly onDrift: string;
    readonly next: string;
  } | null;
}

/** Answer to an accepted release. */
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
  /** Objects of the request that the release does not write; absent from older servers. */
  readonly left?: readonly LeftObject[];
}

/** Answer to an intent; `status`: before the intent. */
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

/** An event with its cursor. */
export interface ShownEvent extends StoredEvent {
  readonly cursor: string;
}
