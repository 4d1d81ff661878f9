import type { Reason, ReasonCode } from '../events';

/** A reason: its stable code, the rule that fired, one sentence for people, and what it rests on. */
export const reason = (code: ReasonCode, rule: string, text: string, evidence: Reason['evidence'] = {}): Reason => ({ code, rule, text, evidence });
