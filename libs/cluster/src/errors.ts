/** What a call to the cluster can fail with. */
export type ClusterErrorCode =
  | 'not_found' | 'conflict' | 'already_exists' | 'apply_conflict' | 'forbidden' | 'unauthorized' | 'admission_denied' | 'invalid' | 'gone'
  | 'too_many_requests' | 'namespace_missing' | 'server_error' | 'unreachable';

/** Whether the same intent may succeed later: `look` = look at the live state first, `later` = just try again, `never` = a person must act. */
export const retryability: Readonly<Record<ClusterErrorCode, 'look' | 'later' | 'never'>> = {
  not_found: 'look',
  conflict: 'look',
  already_exists: 'look',
  apply_conflict: 'look',
  gone: 'look',
  too_many_requests: 'later',
  server_error: 'later',
  unreachable: 'later',
  unauthorized: 'later',
  forbidden: 'never',
  admission_denied: 'never',
  invalid: 'never',
  namespace_missing: 'never',
};

/** A call that the cluster refused or that did not get there; `message` never holds an object's content. */
export class ClusterError extends Error {
  constructor(
    readonly code: ClusterErrorCode,
    message: string,
    readonly details: { readonly status?: number; readonly retryAfterSeconds?: number; readonly ref?: string } = {},
  ) {
    super(message);
    this.name = 'ClusterError';
  }
}

export const isClusterError = (error: unknown, ...codes: readonly ClusterErrorCode[]): error is ClusterError =>
  error instanceof ClusterError && (codes.length === 0 || codes.includes(error.code));
