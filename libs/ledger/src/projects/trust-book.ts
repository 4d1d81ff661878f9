import type { Trust } from '@alloy/policy';

export interface TrustEntry {
  readonly project: string;
  readonly environment: string;
  readonly trust: Trust;
}

/** Whose CI is trusted, and which of its tokens were used. */
export interface TrustBook {
  /** Of every project and environment. */
  entries(): Promise<readonly TrustEntry[]>;
  /** Notes the use of a token that must be used but once; `expiresAt`: seconds since 1970. False: it was used before. */
  spend(issuer: string, id: string, expiresAt: number): Promise<boolean>;
}
