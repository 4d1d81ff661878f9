import type { Credential } from '../api/credential';

/** An Alloy server with a credential and defaults. */
export interface Context {
  /** Without a trailing slash. */
  readonly url: string;
  readonly credential: Credential;
  /** Default project of verbs; undefined: verbs require --project. */
  readonly project?: string | undefined;
  readonly environment?: string | undefined;
  /** Source of the context, for users. */
  readonly from: string;
}
