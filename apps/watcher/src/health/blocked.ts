import { admissionDenial, isActive, podStatus, type Deployment } from '@alloy/cluster';
import type { KubeObject } from '@alloy/contracts';
import type { BlockedCause, Current } from '@alloy/release';

/** What keeps pods from being created or scheduled, in the cluster's own words. */
export interface Blocked {
  readonly cause: BlockedCause;
  readonly detail: string;
}

const DETAIL_LIMIT = 300;

/** What keeps a workload from getting all of its pods, from outside of them; undefined: nothing. `pods`: the Deployment's own, of the version in question. */
export const findBlocked = (deployment: Deployment, pods: readonly KubeObject[]): Blocked | undefined => notCreated(deployment) ?? notScheduled(pods);

/** Whether a user would read the same twice: numbers of pods used, and the name of the pod that was refused, differ from try to try. */
export const isSameBlocked = (recorded: Current['blocked'], found: Blocked | undefined): boolean =>
  recorded?.cause === found?.cause && withoutNumbers(recorded?.detail) === withoutNumbers(found?.detail);

const withoutNumbers = (text = ''): string => text.replace(/\d+/g, '0');

/** The ReplicaSet's controller tries again with a back-off, and takes the condition away once it has created all pods. */
function notCreated({ metadata, status = {} }: Deployment): Blocked | undefined {
  if ((status.observedGeneration ?? 0) < (metadata.generation ?? 0)) return undefined;
  const failure = status.conditions?.find(({ type, status: value, reason }) => type === 'ReplicaFailure' && value === 'True' && reason === 'FailedCreate');
  return failure && { cause: causeOf(failure.message ?? ''), detail: shown(failure.message ?? 'FailedCreate') };
}

function causeOf(message: string): BlockedCause {
  if (/exceeded quota: |status unknown for quota: /.test(message)) return 'QuotaExceeded';
  // A condition has no HTTP status; every plugin that denies answers 403.
  return admissionDenial({ status: 403, message }) === undefined ? 'CreateFailed' : 'AdmissionDenied';
}

function notScheduled(pods: readonly KubeObject[]): Blocked | undefined {
  const conditions = pods.filter(isActive).flatMap((pod) => podStatus(pod).conditions ?? []);
  const condition = conditions.find(({ type, status, reason }) => type === 'PodScheduled' && status === 'False' && reason !== undefined && waitingReasons.has(reason));
  return condition && { cause: 'Unschedulable', detail: shown(condition.message ?? condition.reason!) };
}

const waitingReasons: ReadonlySet<string> = new Set(['Unschedulable', 'SchedulingGated']);

/** Without the name of the pod, which does not exist. */
const shown = (message: string): string => message.replace(/^pods "[^"]*" is forbidden: /, '').replace(/\s+/g, ' ').trim().slice(0, DETAIL_LIMIT);
