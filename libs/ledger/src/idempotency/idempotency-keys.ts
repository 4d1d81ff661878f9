/** A key belongs to its account: two accounts may use the same key. */
export interface KeyOfAccount {
  readonly account: string;
  readonly key: string;
}

export interface KeptAnswer {
  readonly status: number;
  /** JSON. */
  readonly body: string;
}

export type Claim =
  /** The caller carries the request out; `createdAt` (ms since 1970) stays the same for later attempts. */
  | { readonly kind: 'mine'; readonly createdAt: number }
  /** A previous caller started and did not answer in time: the caller must first check what that one did. */
  | { readonly kind: 'abandoned'; readonly createdAt: number }
  | { readonly kind: 'answered'; readonly answer: KeptAnswer }
  | { readonly kind: 'inFlight' }
  /** The key belongs to a different request. */
  | { readonly kind: 'other' };

/** Keys with which clients may repeat a request; each is kept for a day. */
export interface IdempotencyKeys {
  /** `fingerprint`: of the whole request. */
  claim(of: KeyOfAccount, fingerprint: string): Promise<Claim>;
  /** Stores the answer. Idempotent. */
  answer(of: KeyOfAccount, answer: KeptAnswer): Promise<void>;
  /** Releases the key, because the request had no effect. */
  forget(of: KeyOfAccount): Promise<void>;
  /** Marks the outcome as unknown: the next caller finds the key abandoned. */
  abandon(of: KeyOfAccount): Promise<void>;
}
