import type { RequestedStrategy } from '@alloy/release';

/** A requested release; findings point into `files` and to names in the spelling of the webhook. */
export interface ReleaseOrder {
  readonly project: string;
  readonly environment: string;
  readonly imageTag: string;
  readonly commitSha: string;
  readonly strategy: RequestedStrategy;
  readonly files: Readonly<Record<string, string>>;
  /** Unset: as in the policy. */
  readonly resolveDigest: boolean | undefined;
  readonly reason?: string | null;
  /** Default false. */
  readonly overridesHold?: boolean;
  /** Default false. */
  readonly emergency?: boolean;
}
