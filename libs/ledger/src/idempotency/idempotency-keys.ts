/** A key is its account's own: two accounts may use the same. */
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
  /** Do it; `createdAt` (ms since 1970) stays the same for whoever has to do it again. */
  | { readonly kind: 'mine'; readonly createdAt: number }
  /** Somebody began, and did not come back in time: what was done of it has to be looked for first. */
  | { readonly kind: 'abandoned'; readonly createdAt: number }
  | { readonly kind: 'answered'; readonly answer: KeptAnswer }
  | { readonly kind: 'inFlight' }
  /** The key stands for another request. */
  | { readonly kind: 'other' };

/** Keys under which clients may repeat a request; each is kept for a day. */
export interface IdempotencyKeys {
  /** `fingerprint`: of the whole request. */
  claim(of: KeyOfAccount, fingerprint: string): Promise<Claim>;
  /** Keeps the answer. Idempotent. */
  answer(of: KeyOfAccount, answer: KeptAnswer): Promise<void>;
  /** Nothing was done: the key is free again. */
  forget(of: KeyOfAccount): Promise<void>;
  /** Nobody knows what was done: whoever comes next finds it abandoned. */
  abandon(of: KeyOfAccount): Promise<void>;
}
