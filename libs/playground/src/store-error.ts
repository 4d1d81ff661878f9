/** Why the store refused; the API answers 404, 409, 409, 409 and 410. */
export type StoreErrorCode = 'not_found' | 'already_exists' | 'conflict' | 'uid_mismatch' | 'expired' | 'unknown_kind';

export class StoreError extends Error {
  constructor(
    readonly code: StoreErrorCode,
    message: string,
    readonly resource: string,
    readonly objectName: string,
  ) {
    super(message);
    this.name = 'StoreError';
  }
}
