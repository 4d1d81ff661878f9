import type { JsMsg } from '@nats-io/jetstream';
import { MAX_DELIVERIES } from './streams';

/**
 * Outcome of a message.
 * `done`: acknowledged. `later`: delivered again after a delay. `left`: acknowledged although its handler failed,
 * because a dependency does not work; the resync does the work once it does.
 * `deadLettered`: terminated, with an alert; the resync still does the work.
 */
export type Settlement =
  | { readonly kind: 'done' }
  | { readonly kind: 'later'; readonly afterMs: number }
  | { readonly kind: 'left' }
  | { readonly kind: 'deadLettered'; readonly reason: PoisonReason };

export type PoisonReason = 'bad_subject' | 'bad_payload' | 'max_deliveries';

export type SettlementKind = Settlement['kind'];

/**
 * Whether a message was delivered too often to be handled again. Checked before handling, because a handler that kills
 * its process cannot report it.
 */
export const isPoison = (deliveries: number): boolean => deliveries > MAX_DELIVERIES;

const BACKOFF_MS = [200, 1_000, 2_000, 5_000, 10_000, 30_000] as const;

/** Outcome after a failed delivery; `deliveries`: number of deliveries so far. */
export const afterFailure = (deliveries: number): Settlement => ({
  kind: 'later',
  afterMs: BACKOFF_MS[Math.min(deliveries, BACKOFF_MS.length) - 1]!,
});

/** Settles the message with the server. A lost reply is harmless: the message is delivered again. */
export function settle(message: JsMsg, settlement: Settlement): void {
  switch (settlement.kind) {
    case 'done':
    case 'left':
      return message.ack();
    case 'later':
      return message.nak(settlement.afterMs);
    case 'deadLettered':
      return message.term(settlement.reason);
  }
}
