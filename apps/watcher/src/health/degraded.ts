import type { V1ContainerStatus, V1PodSpec } from '@kubernetes/client-node';
import { isTerminating, missingIn, podStatus, type Json } from '@alloy/cluster';
import type { KubeObject } from '@alloy/contracts';
import type { DegradedCause } from '@alloy/release';
import type { AllowedRestarts } from './allowed-restarts';

/** What is wrong with a pod. `detail` contains no value of the manifest. */
export interface Degraded {
  readonly cause: DegradedCause;
  readonly pod: string;
  readonly restarts: number;
  readonly detail: string;
}

/**
 * Waiting reasons of the kubelet that do not pass with time. ErrImagePull is not among them: the kubelet retries and
 * then reports ImagePullBackOff.
 */
const waitingCauses: Readonly<Record<string, DegradedCause>> = {
  CrashLoopBackOff: 'CrashLoopBackOff',
  ImagePullBackOff: 'ImagePullBackOff',
  InvalidImageName: 'ImagePullBackOff',
  ErrImageNeverPull: 'ImagePullBackOff',
  CreateContainerConfigError: 'ConfigError',
  CreateContainerError: 'ConfigError',
  RunContainerError: 'ConfigError',
};

/**
 * Number of restarts that counts as a crash loop even without a back-off: an observation may be between two back-offs.
 */
const CRASH_LOOP_RESTARTS = 3;

/**
 * The first pod that does not become healthy with time; undefined: none. Ignores terminating pods. `allowed`: restarts
 * that are no failure; default: three, and none in a crash loop.
 */
export function findDegraded(pods: readonly KubeObject[], allowed?: AllowedRestarts): Degraded | undefined {
  for (const pod of pods) {
    if (isTerminating(pod)) continue;
    const { initContainerStatuses = [], containerStatuses = [] } = podStatus(pod);
    const sidecars = sidecarsOf(pod);
    for (const status of [...initContainerStatuses, ...containerStatuses]) {
      const isInit = initContainerStatuses.includes(status) && !sidecars.includes(status.name);
      const found = degradedContainer(status, isInit, allowed);
      if (found) return { ...found, pod: pod.metadata.name, restarts: status.restartCount ?? 0 };
    }
  }
  return undefined;
}

function degradedContainer(
  status: Json<V1ContainerStatus>, isInit: boolean, allowed: AllowedRestarts | undefined,
): { cause: DegradedCause; detail: string } | undefined {
  const restarts = status.restartCount ?? 0;
  // An init container that exits with 0 is done, however often it failed before. The kubelet restarts a sidecar that
  // exits with 0.
  if (isInit && status.state?.terminated?.exitCode === 0) return undefined;
  const terminated = status.state?.terminated ?? status.lastState?.terminated;
  if (terminated?.reason === 'OOMKilled') {
    return { cause: 'OOMKilled', detail: `container ${status.name} was killed for using more memory than its limit (${times(restarts)})` };
  }
  const waiting = status.state?.waiting?.reason;
  const cause = waiting === undefined ? undefined : waitingCauses[waiting];
  if (isCrashLoop(cause, restarts, allowed)) {
    return {
      cause: 'CrashLoopBackOff',
      detail: `container ${status.name} keeps crashing (${exit(terminated?.exitCode)}${times(restarts)})`,
    };
  }
  if (cause === 'CrashLoopBackOff') return undefined;
  // An operator may create it yet.
  if (missingIn(status) !== undefined) return undefined;
  return cause && { cause, detail: `container ${status.name} can't start: ${waiting}` };
}

const isCrashLoop = (cause: DegradedCause | undefined, restarts: number, allowed: AllowedRestarts | undefined): boolean =>
  allowed === undefined
    ? cause === 'CrashLoopBackOff' || restarts >= CRASH_LOOP_RESTARTS
    : restarts > allowed.count || (cause === 'CrashLoopBackOff' && (allowed.failsInLoop || restarts >= allowed.count));

/** Names of the init containers that run beside the others (Kubernetes 1.29). */
const sidecarsOf = (pod: KubeObject): readonly string[] =>
  ((pod['spec'] as Json<V1PodSpec> | undefined)?.initContainers ?? []).filter((container) => container.restartPolicy === 'Always')
    .map(({ name }) => name);

const exit = (code: number | undefined): string => (code === undefined ? '' : `exit code ${code}, `);
const times = (restarts: number): string => `${restarts} restart${restarts === 1 ? '' : 's'}`;
