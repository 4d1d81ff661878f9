import type { StatesRetryability } from '@alloy/runtime';

/**
 * A message could not be sent. `retry`: it may succeed later; `giveUp`: this message cannot, others may;
 * `disable`: no message can until the route or its secrets change. The error message contains no URL, because URLs are
 * secret.
 */
export class SendFailure extends Error implements StatesRetryability {
  readonly code = 'send_failed';
  readonly retryable: boolean;

  constructor(readonly verdict: 'retry' | 'giveUp' | 'disable', why: string, readonly retryAfterMs?: number) {
    super(why);
    this.name = 'SendFailure';
    this.retryable = verdict === 'retry';
  }
}
