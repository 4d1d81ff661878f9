import type { V1ContainerStatus } from '@kubernetes/client-node';
import { isTerminating, missingIn, podStatus, type Blocked, type Json } from '@alloy/cluster';
import type { KubeObject } from '@alloy/contracts';
import type { Current, Payloads } from '@alloy/release';
import type { AllowedRestarts } from './allowed-restarts';
import type { Degraded } from './degraded';

type Missing = NonNullable<Payloads['TargetInspected']['missing']>;

/** Time in which an operator may create a missing ConfigMap or Secret, ms. */
const GRACE_MS = 60_000;

/** Time in which a pod is usually created; only then may a volume be missing, ms. */
const CREATION_MS = 10_000;

/** What the findings of an observation depend on besides the pods. */
export interface Circumstances {
  /** The log's clock, ms. */
  readonly now: number;
  /** ConfigMaps and Secrets that the inspection did not find. */
  readonly missing?: Missing | undefined;
  readonly restarts?: AllowedRestarts | undefined;
}

/**
 * The missing configuration of the pods, if there is one. A kubelet does not report in the status of a pod which volume
 * it cannot mount; therefore what was missing at the inspection is named if pods are not created for some time.
 */
export function findMissingConfig(
  pods: readonly KubeObject[], current: Current, { now, missing = [] }: Circumstances,
): Blocked | undefined {
  const isLate = now - Date.parse(current.progressedAt) >= CREATION_MS;
  const detail = waitingPod(pods)?.detail ?? (isLate && pods.some(isCreating) ? notFound(missing) : undefined);
  return detail === undefined ? undefined : { cause: 'ConfigMissing', detail };
}

const notFound = (known: Missing): string | undefined =>
  known.length === 0 ? undefined : `${known.map(({ kind, name }) => `${kind} ${name}`).join(', ')} did not exist at the inspection`;

/**
 * The pod whose configuration is still missing after the grace period. Not for volumes: nothing shows that they are
 * still missing. `now`: the log's clock, ms.
 */
export function findMissingTooLong(pods: readonly KubeObject[], { blocked }: Current, now: number): Degraded | undefined {
  if (blocked?.cause !== 'ConfigMissing' || now - Date.parse(blocked.at) < GRACE_MS) return undefined;
  const found = waitingPod(pods);
  return found && { cause: 'ConfigError', restarts: 0, ...found };
}

/** Whether time alone can make a missing configuration a finding. */
export const waitsForConfig = (current: Current | null, missing: Missing = []): boolean =>
  current !== null && !current.ready && (current.blocked?.cause === 'ConfigMissing' || missing.length > 0);

function waitingPod(pods: readonly KubeObject[]): Pick<Degraded, 'pod' | 'detail'> | undefined {
  for (const pod of pods) {
    const detail = isTerminating(pod) ? undefined : containersOf(pod).map(missingIn).find((missing) => missing !== undefined);
    if (detail !== undefined) return { pod: pod.metadata.name, detail };
  }
  return undefined;
}

const isCreating = (pod: KubeObject): boolean =>
  !isTerminating(pod) && containersOf(pod).some(({ state }) => state?.waiting?.reason === 'ContainerCreating');

const containersOf = (pod: KubeObject): readonly Json<V1ContainerStatus>[] => {
  const { initContainerStatuses = [], containerStatuses = [] } = podStatus(pod);
  return [...initContainerStatuses, ...containerStatuses];
};
