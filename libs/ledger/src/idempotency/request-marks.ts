/** Remembers requests without an idempotency key, so that a repetition does not create another release. */
export interface RequestMarks {
  /**
   * Returns the id of the request's release: the one that the same request claimed or created within the last minute,
   * else `releaseId`, which it claims. Concurrent calls get the same id. `mark`: an HMAC of the whole request.
   */
  claim(mark: string, releaseId: string): Promise<string>;
}
