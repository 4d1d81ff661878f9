import type { BlockedCause, Payloads, Reason, ReasonCode } from '../events';
import type { Current } from '../state';
import { reason } from './reason';

export const blockedCodes: Readonly<Record<BlockedCause, ReasonCode>> = {
  QuotaExceeded: 'quota_exceeded',
  AdmissionDenied: 'admission_denied',
  CreateFailed: 'pods_not_created',
  Unschedulable: 'unschedulable',
};

/** `pods can't be created: exceeded quota: small, …`. */
export const describeBlocked = ({ cause, detail }: Pick<Payloads['WorkloadBlocked'], 'cause' | 'detail'>): string => `pods can't be ${cause === 'Unschedulable' ? 'scheduled' : 'created'}: ${detail}`;

/** Why the release waits for pods, for users; it goes on by itself once the cause has passed. */
export function blockedReason({ cause, detail, track, ready, desired }: Payloads['WorkloadBlocked']): Reason {
  const text = `${ready} of ${desired} ${track} pods ready, ${describeBlocked({ cause, detail })}; the release waits until its deadline`;
  return reason(blockedCodes[cause], `cluster.${cause}`, text, { cause, track, ready, desired });
}

/** What a reason adds where pods could not be created or scheduled; empty where they could. */
export const becauseBlocked = (blocked: Current['blocked']): string => (blocked === null ? '' : `; ${describeBlocked(blocked)} (since ${blocked.at})`);

export const blockedEvidence = (blocked: Current['blocked']): Reason['evidence'] => (blocked === null ? {} : { blocked: blocked.cause, blockedAt: blocked.at });
