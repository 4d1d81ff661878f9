import type { HttpAnswer } from './http-client';
import { retryAfter } from './retry-after';
import { SendFailure } from './send-failure';

/** What a receiver's refusals mean; whatever is in neither list is tried again. */
export interface Refusals {
  /** This message never arrives. */
  readonly giveUp?: readonly number[];
  /** Nothing does. */
  readonly disable?: readonly number[];
}

/** Throws `SendFailure` unless the receiver took the message. */
export function judgeAnswer({ status, retryAfter: header }: HttpAnswer, { giveUp = [], disable = [] }: Refusals, now = Date.now()): void {
  if (status >= 200 && status < 300) return;
  if (disable.includes(status)) throw new SendFailure('disable', `answered ${status}`);
  if (giveUp.includes(status)) throw new SendFailure('giveUp', `answered ${status}`);
  throw new SendFailure('retry', `answered ${status}`, status === 429 || status === 503 ? retryAfter(header, now) : undefined);
}
