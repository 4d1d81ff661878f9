import type { Reason, ReasonCode } from '../events';
import type { PendingIntent } from '../state';
import { reason } from './reason';

/** The reason for answering a user's intent: `text` with the user's name and reason. */
export function askedBy(code: ReasonCode, text: string, intent: PendingIntent, evidence: Reason['evidence'] = {}): Reason {
  const words = intent.reason === null ? '' : `: ${intent.reason}`;
  return reason(code, 'intent', `${text} by ${intent.actor.id}${words}`, {
    by: intent.actor.id, byKind: intent.actor.kind, intent: intent.id, ...evidence,
  });
}
