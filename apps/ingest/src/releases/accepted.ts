import type { ReleaseKey } from '@alloy/ledger';
import type { LeftObject, Payloads } from '@alloy/release';

/** The response to an accepted release. */
export interface Accepted {
  readonly id: string;
  readonly project: string;
  readonly environment: string;
  readonly status: 'requested';
  /** As requested. */
  readonly strategy: string;
  readonly imageTag: string;
  readonly retryOf: string | null;
  readonly rollbackOf: string | null;
  /** Objects of the request that the release does not write. */
  readonly left: readonly LeftObject[];
  /** Path of the release. */
  readonly statusUrl: string;
}

export const accepted = (
  { releaseId, project, environment }: ReleaseKey,
  { strategy, imageTag, retryOf, rollbackOf, left = [] }: Payloads['ReleaseRequested'],
): Accepted => ({
  id: releaseId, project, environment, status: 'requested', strategy, imageTag, retryOf, rollbackOf, left,
  statusUrl: `/api/v1/releases/${releaseId}`,
});
