/** Remembers requests that carry no idempotency key, so that a repetition makes nothing new. */
export interface RequestMarks {
  /**
   * Returns the id of the release that a request makes: the one that the same request claimed or made within the last minute, else `releaseId`, which it claims.
   * Any number of calls at once get the same id. `mark`: an HMAC of the whole request.
   */
  claim(mark: string, releaseId: string): Promise<string>;
}
