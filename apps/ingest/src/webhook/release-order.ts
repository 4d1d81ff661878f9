import type { RequestedStrategy } from '@alloy/release';

/** A release that somebody wants; findings point into `files` and to names as the webhook spells them. */
export interface ReleaseOrder {
  readonly project: string;
  readonly environment: string;
  readonly imageTag: string;
  readonly commitSha: string;
  readonly strategy: RequestedStrategy;
  readonly files: Readonly<Record<string, string>>;
  /** Unset: as the policy says. */
  readonly resolveDigest: boolean | undefined;
  readonly reason?: string | null;
}
