import type { Credential } from '../api/credential';

/** An Alloy, and who we are there. */
export interface Context {
  /** Without a slash at its end. */
  readonly url: string;
  readonly credential: Credential;
  /** Where verbs look that are not told; undefined: they want to be told. */
  readonly project?: string | undefined;
  readonly environment?: string | undefined;
  /** Where it was found, for people. */
  readonly from: string;
}
