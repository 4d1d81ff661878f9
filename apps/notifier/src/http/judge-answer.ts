import { retryAfterMs } from '@alloy/runtime';
import type { HttpAnswer } from './http-client';
import { SendFailure } from './send-failure';

const MAX_RETRY_AFTER_MS = 3_600_000;

/** Meaning of a receiver's status codes; codes in neither list are retried. */
export interface Refusals {
  /** This message can never be delivered. */
  readonly giveUp?: readonly number[];
  /** No message can be delivered. */
  readonly disable?: readonly number[];
}

/** Throws `SendFailure` unless the receiver accepted the message. */
export function judgeAnswer({ status, retryAfter: header }: HttpAnswer, { giveUp = [], disable = [] }: Refusals, now = Date.now()): void {
  if (status >= 200 && status < 300) return;
  if (disable.includes(status)) throw new SendFailure('disable', `answered ${status}`);
  if (giveUp.includes(status)) throw new SendFailure('giveUp', `answered ${status}`);
  const asksToWait = status === 429 || status === 503;
  throw new SendFailure('retry', `answered ${status}`, asksToWait ? retryAfterMs(header, now, MAX_RETRY_AFTER_MS) : undefined);
}
