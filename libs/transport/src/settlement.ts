import type { JsMsg } from '@nats-io/jetstream';
import { MAX_DELIVERIES } from './streams';

/**
 * What becomes of a message; here and nowhere else.
 * `done`: acknowledged. `later`: comes again after a while. `left`: what is needed to work on it is away, so it is left to the sweep, which comes when that is back.
 * `setAside`: never again, with an alert; the sweep still does the work it stood for.
 */
export type Settlement =
  | { readonly kind: 'done' }
  | { readonly kind: 'later'; readonly afterMs: number }
  | { readonly kind: 'left' }
  | { readonly kind: 'setAside'; readonly reason: PoisonReason };

export type PoisonReason = 'bad_subject' | 'bad_payload' | 'max_deliveries';

export type SettlementKind = Settlement['kind'];

/** Whether a message was delivered too often to be handled again, asked before it is: a handler that kills its process never gets to report it. */
export const isPoison = (deliveries: number): boolean => deliveries > MAX_DELIVERIES;

const BACKOFF_MS = [200, 1_000, 2_000, 5_000, 10_000, 30_000] as const;

/** After the given number of deliveries, the last of which failed. */
export const afterFailure = (deliveries: number): Settlement => ({ kind: 'later', afterMs: BACKOFF_MS[Math.min(deliveries, BACKOFF_MS.length) - 1]! });

/** Tells the server. A lost answer is no harm: the message comes again. */
export function settle(message: JsMsg, settlement: Settlement): void {
  switch (settlement.kind) {
    case 'done':
    case 'left':
      return message.ack();
    case 'later':
      return message.nak(settlement.afterMs);
    case 'setAside':
      return message.term(settlement.reason);
  }
}
