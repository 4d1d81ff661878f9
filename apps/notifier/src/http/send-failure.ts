/**
 * A message that did not arrive. `retry`: it may yet; `giveUp`: this message never will, the next one may;
 * `disable`: nothing will, until somebody changes the route or its secrets. The message names no URL, for that is a secret.
 */
export class SendFailure extends Error {
  readonly code = 'send_failed';
  constructor(readonly verdict: 'retry' | 'giveUp' | 'disable', why: string, readonly retryAfterMs?: number) {
    super(why);
    this.name = 'SendFailure';
  }
}
