import type { Reason, ReasonCode } from '../events';

/** A reason: its stable code, the rule that fired, one sentence for users, and its evidence. */
export const reason = (code: ReasonCode, rule: string, text: string, evidence: Reason['evidence'] = {}): Reason => ({
  code, rule, text, evidence,
});
