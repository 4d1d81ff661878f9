import type { KubeObject } from '@alloy/contracts';
import type { BlockedCause } from '@alloy/release';
import { pausedText } from './inspection/checks/paused';
import type { Deployment } from './json';
import { admissionDenial } from './kubernetes/admission-denial';
import { isActive, podStatus } from './pods';

/** What prevents the creation or the scheduling of pods, with the message of the cluster. */
export interface Blocked {
  readonly cause: BlockedCause;
  readonly detail: string;
}

const DETAIL_LIMIT = 300;

/**
 * What prevents the creation or scheduling of the workload's pods; undefined: nothing. `pods`: the Deployment's pods of
 * the observed version.
 */
export const findBlocked = (deployment: Deployment, pods: readonly KubeObject[]): Blocked | undefined =>
  notCreated(deployment) ?? paused(deployment) ?? findUnscheduled(pods);

/** The ReplicaSet controller retries with a back-off, and removes the condition once it has created all pods. */
function notCreated({ metadata, status = {} }: Deployment): Blocked | undefined {
  if ((status.observedGeneration ?? 0) < (metadata.generation ?? 0)) return undefined;
  const failure = status.conditions?.find((condition) =>
    condition.type === 'ReplicaFailure' && condition.status === 'True' && condition.reason === 'FailedCreate');
  return failure && { cause: causeOf(failure.message ?? ''), detail: shown(failure.message ?? 'FailedCreate') };
}

function causeOf(message: string): BlockedCause {
  if (/exceeded quota: |status unknown for quota: /.test(message)) return 'QuotaExceeded';
  // A condition has no HTTP status. Every admission plugin denies with 403.
  return admissionDenial({ status: 403, message }) === undefined ? 'CreateFailed' : 'AdmissionDenied';
}

/** Another client has paused the Deployment: its controller starts no pods of a new template. */
const paused = ({ metadata, spec }: Deployment): Blocked | undefined =>
  spec.paused === true ? { cause: 'Paused', detail: pausedText(metadata.name) } : undefined;

/** What prevents the scheduling of the pods; undefined: nothing. */
export function findUnscheduled(pods: readonly KubeObject[]): Blocked | undefined {
  const conditions = pods.filter(isActive).flatMap((pod) => podStatus(pod).conditions ?? []);
  const condition = conditions.find(({ type, status, reason = '' }) =>
    type === 'PodScheduled' && status === 'False' && waitingReasons.has(reason));
  return condition && { cause: 'Unschedulable', detail: shown(condition.message ?? condition.reason!) };
}

const waitingReasons: ReadonlySet<string> = new Set(['Unschedulable', 'SchedulingGated']);

/** The message without the name of the pod, because that pod does not exist. */
const shown = (message: string): string =>
  message.replace(/^pods "[^"]*" is forbidden: /, '').replace(/\s+/g, ' ').trim().slice(0, DETAIL_LIMIT);
