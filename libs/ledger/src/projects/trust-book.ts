import type { Trust } from '@alloy/policy';

export interface TrustEntry {
  readonly project: string;
  readonly environment: string;
  readonly trust: Trust;
}

/** The trusted CI jobs, and their used tokens. */
export interface TrustBook {
  /** Of all projects and environments. */
  entries(): Promise<readonly TrustEntry[]>;
  /** Records the use of a single-use token; `expiresAt`: seconds since 1970. False: it was already used. */
  spend(issuer: string, id: string, expiresAt: number): Promise<boolean>;
}
