import { isDeepStrictEqual } from 'node:util';
import type { Condition, ContainerStatus, Pod, PodStatus, Resources } from '../kinds';
import { isSidecar, type ContainerStatuses } from './pod-runner';
import { qosClassOf } from './qos-class';

export interface PodNetwork {
  readonly podIP: string;
  readonly hostIP: string;
}

/**
 * A pod's status from its containers' states; an unchanged condition keeps its time. `now` in the store's time format.
 */
export function podStatus(
  pod: Pod,
  { containers, initContainers }: ContainerStatuses,
  { podIP, hostIP }: PodNetwork,
  now: string,
): PodStatus {
  const sidecars = initContainers.filter((status) => isSidecarOf(pod, status));
  const unready = [...sidecars, ...containers].filter((container) => !container.ready).map(({ name }) => name);
  const ready = unready.length === 0;
  const lacking = ready ? {} : { reason: 'ContainersNotReady', message: `containers with unready status: [${unready.join(' ')}]` };
  const initialized = initContainers.every((status) => isInitialized(pod, status));
  const before = pod.status?.conditions ?? [];
  const condition = (type: string, holds: boolean, more: Partial<Condition> = {}): Condition => {
    const status = holds ? 'True' : 'False';
    const known = before.find((each) => each.type === type);
    return { type, status, ...more, lastTransitionTime: known?.status === status ? known.lastTransitionTime : now };
  };
  return {
    phase: initialized ? phaseOf(pod, containers) : 'Pending',
    conditions: [
      condition('PodScheduled', true),
      condition('Initialized', initialized),
      condition('ContainersReady', ready, lacking),
      condition('Ready', ready, lacking),
    ],
    hostIP,
    hostIPs: [{ ip: hostIP }],
    podIP,
    podIPs: [{ ip: podIP }],
    startTime: (pod.status?.startTime as string | undefined) ?? now,
    // Set by the API server at creation, and immutable.
    qosClass: (pod.status?.['qosClass'] as string | undefined) ?? qosClassOf(pod.spec),
    containerStatuses: containers.map((status) => withResources(pod, status)),
    ...(initContainers.length > 0 && { initContainerStatuses: initContainers.map((status) => withResources(pod, status)) }),
  };
}

const withResources = (pod: Pod, status: ContainerStatus): ContainerStatus => ({ ...status, resources: resourcesOf(pod, status) });

const resourcesOf = ({ spec: { containers, initContainers = [] } }: Pod, { name }: ContainerStatus): Resources =>
  [...containers, ...initContainers].find((container) => container.name === name)?.resources ?? {};

/** Whether its containers' resources changed after its status was written. */
export const isResized = (pod: Pod): boolean =>
  [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])].some(
    (status) => !isDeepStrictEqual(status.resources ?? {}, resourcesOf(pod, status)),
  );

const isSidecarOf = (pod: Pod, { name }: ContainerStatus): boolean =>
  (pod.spec.initContainers ?? []).some((container) => container.name === name && isSidecar(container));

/** Whether an init container has ended successfully, or a sidecar has started once. */
const isInitialized = (pod: Pod, status: ContainerStatus): boolean =>
  isSidecarOf(pod, status)
    ? 'running' in status.state || status.restartCount > 0 || 'terminated' in status.lastState
    : 'terminated' in status.state && status.state.terminated.exitCode === 0;

/** Pending until every container has run once; ended when none will run again. */
function phaseOf(pod: Pod, containers: readonly ContainerStatus[]): PodStatus['phase'] {
  const restarted = containers.every(
    ({ state, lastState, restartCount }) => 'running' in state || 'terminated' in state || 'terminated' in lastState || restartCount > 0,
  );
  if (!restarted) return 'Pending';
  const exits = containers.map(({ state }) => ('terminated' in state ? state.terminated.exitCode : undefined));
  if (pod.spec.restartPolicy === 'OnFailure' && exits.every((code) => code === 0)) return 'Succeeded';
  if (pod.spec.restartPolicy === 'Never' && exits.every((code) => code !== undefined))
    return exits.every((code) => code === 0) ? 'Succeeded' : 'Failed';
  return 'Running';
}
