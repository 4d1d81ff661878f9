import type { StatesRetryability } from '@alloy/runtime';

/** Why a call to the cluster failed. */
export type ClusterErrorCode =
  | 'not_found' | 'conflict' | 'already_exists' | 'apply_conflict' | 'forbidden' | 'unauthorized' | 'admission_denied' | 'invalid' | 'gone'
  | 'too_many_requests' | 'namespace_missing' | 'server_error' | 'unreachable' | 'dry_run_unsupported';

/**
 * Whether another attempt can succeed: `reread` = read the live state first, `later` = repeat the call later, `never` =
 * a user must act.
 */
export const retryability: Readonly<Record<ClusterErrorCode, 'reread' | 'later' | 'never'>> = {
  not_found: 'reread',
  conflict: 'reread',
  already_exists: 'reread',
  apply_conflict: 'reread',
  gone: 'reread',
  too_many_requests: 'later',
  server_error: 'later',
  unreachable: 'later',
  unauthorized: 'later',
  forbidden: 'never',
  admission_denied: 'never',
  invalid: 'never',
  namespace_missing: 'never',
  dry_run_unsupported: 'never',
};

/** A call that the cluster refused, or that did not reach it. `message` never contains the content of an object. */
export class ClusterError extends Error implements StatesRetryability {
  constructor(
    readonly code: ClusterErrorCode,
    message: string,
    readonly details: { readonly status?: number; readonly retryAfterSeconds?: number; readonly ref?: string } = {},
  ) {
    super(message);
    this.name = 'ClusterError';
  }

  /**
   * False: a user must act. True: the call may succeed later, for some codes only after the live state was read again.
   */
  get retryable(): boolean {
    return retryability[this.code] !== 'never';
  }

  get retryAfterMs(): number | undefined {
    const { retryAfterSeconds } = this.details;
    return retryAfterSeconds === undefined ? undefined : retryAfterSeconds * 1_000;
  }
}

export const isClusterError = (error: unknown, ...codes: readonly ClusterErrorCode[]): error is ClusterError =>
  error instanceof ClusterError && (codes.length === 0 || codes.includes(error.code));
