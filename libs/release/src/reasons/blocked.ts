import type { BlockedCause, Payloads, Reason, ReasonCode } from '../events';
import type { Current } from '../current';
import { reason } from './reason';

export const blockedCodes: Readonly<Record<BlockedCause, ReasonCode>> = {
  QuotaExceeded: 'quota_exceeded',
  AdmissionDenied: 'admission_denied',
  CreateFailed: 'pods_not_created',
  Unschedulable: 'unschedulable',
  Paused: 'workload_paused',
  ConfigMissing: 'config_error',
};

const hindrances: Readonly<Record<BlockedCause, string>> = {
  QuotaExceeded: "can't be created",
  AdmissionDenied: "can't be created",
  CreateFailed: "can't be created",
  Unschedulable: "can't be scheduled",
  Paused: 'are not replaced',
  ConfigMissing: "can't start",
};

/** For example `pods can't be created: exceeded quota: small, …`. */
export const describeBlocked = ({ cause, detail }: Pick<Payloads['WorkloadBlocked'], 'cause' | 'detail'>): string =>
  `pods ${hindrances[cause]}: ${detail}`;

/** What a user can do about it. */
const advice: Readonly<Record<BlockedCause, (detail: string) => string>> = {
  QuotaExceeded: (detail) => `raise ${quotaOf(detail)} or free some of it`,
  AdmissionDenied: () => 'change the manifest or the policy',
  CreateFailed: () => 'repair what the message names, such as a webhook',
  Unschedulable: (detail) => adviceUnschedulable(detail),
  Paused: () => 'resume the rollout, or abort the release',
  ConfigMissing: () => 'create it, or correct the reference in the manifest',
};

/** By the words of Kubernetes' scheduler, which lists the reasons of all nodes. */
function adviceUnschedulable(detail: string): string {
  const isShort = /Insufficient|Too many pods/.test(detail);
  if (!isShort && /PersistentVolumeClaim|volume/i.test(detail)) return 'see that the volumes of the pods can be bound';
  if (!isShort && /affinity|selector|taint|topology/i.test(detail))
    return "add a node that the pods' nodeSelector, affinity and tolerations allow, or change these";
  if (!isShort && /were unschedulable/.test(detail)) return 'uncordon a node, or add one';
  return "add a node, free one, or lower the pods' requests";
}

export const adviceFor = (cause: BlockedCause, detail: string): string => advice[cause](detail);

const quotaOf = (detail: string): string => {
  const name = /exceeded quota: ([^\s,]+)/.exec(detail)?.[1];
  return name === undefined ? 'the quota' : `the ResourceQuota ${name}`;
};

/** Why a release waits now, and what a user can do about it. */
export const blockedText = (blocked: Pick<Payloads['WorkloadBlocked'], 'cause' | 'detail'>): string =>
  `${describeBlocked(blocked)}; ${advice[blocked.cause](blocked.detail)}`;

/** Why the release waits for pods, for users; the release continues once the cause is over. */
export function blockedReason({ cause, detail, track, ready, desired }: Payloads['WorkloadBlocked']): Reason {
  const text = `${ready} of ${desired} ${track} pods ready, ${describeBlocked({ cause, detail })}; the release waits ${cause === 'ConfigMissing' ? 'a minute for it' : 'until its deadline'}: ${advice[cause](detail)}`;
  return reason(blockedCodes[cause], `cluster.${cause}`, text, { cause, track, ready, desired });
}

/** Suffix of a reason's text that names why pods can't be created or scheduled; empty if they can. */
export const blockedSuffix = (blocked: Current['blocked']): string =>
  blocked === null ? '' : `; ${describeBlocked(blocked)} (since ${blocked.at}): ${advice[blocked.cause](blocked.detail)}`;

export const blockedEvidence = (blocked: Current['blocked']): Reason['evidence'] =>
  blocked === null ? {} : { blocked: blocked.cause, blockedAt: blocked.at };
