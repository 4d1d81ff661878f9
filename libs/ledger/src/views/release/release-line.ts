import type { Actor } from '@alloy/contracts';
import type { Reason, RequestedStrategy, Status, Strategy } from '@alloy/release';

/** A position in the list: the following releases were requested earlier. */
export interface ReleasePlace {
  /** ISO 8601. */
  readonly requestedAt: string;
  readonly id: string;
}

export interface ReleaseFilter {
  /** Only of these projects; default: all. */
  readonly projects?: readonly string[];
  readonly environment?: string;
  /** Any of these; default: all. */
  readonly statuses?: readonly Status[];
  readonly after?: ReleasePlace;
  readonly limit: number;
}

/** A release in one line. `strategy` (as resolved) and `reason` are as current as the view `project_history`. */
export interface ReleaseLine {
  readonly id: string;
  readonly project: string;
  readonly environment: string;
  readonly status: Status;
  readonly version: number;
  readonly image: string;
  readonly imageTag: string;
  readonly commitSha: string;
  readonly requestedStrategy: RequestedStrategy;
  readonly strategy: Strategy | null;
  readonly retryOf: string | null;
  readonly rollbackOf: string | null;
  readonly requestedBy: Actor;
  readonly reason: Reason | null;
  readonly times: { readonly requestedAt: string; readonly updatedAt: string };
}
