import type { Condition, ContainerStatus, Pod, PodStatus } from '../kinds';

export interface PodNetwork {
  readonly podIP: string;
  readonly hostIP: string;
}

/** A pod's status from its containers'; a condition keeps its time while it says the same. `now` as the store writes times. */
export function podStatus(pod: Pod, containers: readonly ContainerStatus[], { podIP, hostIP }: PodNetwork, now: string): PodStatus {
  const ready = containers.every((container) => container.ready);
  const unready = containers.filter((container) => !container.ready).map(({ name }) => name);
  const lacking = ready ? {} : { reason: 'ContainersNotReady', message: `containers with unready status: [${unready.join(' ')}]` };
  const before = pod.status?.conditions ?? [];
  const condition = (type: string, holds: boolean, more: Partial<Condition> = {}): Condition => {
    const status = holds ? 'True' : 'False';
    const known = before.find((each) => each.type === type);
    return { type, status, ...more, lastTransitionTime: known?.status === status ? known.lastTransitionTime : now };
  };
  return {
    phase: phaseOf(pod, containers),
    conditions: [condition('PodScheduled', true), condition('Initialized', true), condition('ContainersReady', ready, lacking), condition('Ready', ready, lacking)],
    hostIP,
    hostIPs: [{ ip: hostIP }],
    podIP,
    podIPs: [{ ip: podIP }],
    startTime: (pod.status?.startTime as string | undefined) ?? now,
    qosClass: 'BestEffort',
    containerStatuses: containers,
  };
}

/** Pending until every container has run once; ended when none will run again. */
function phaseOf(pod: Pod, containers: readonly ContainerStatus[]): PodStatus['phase'] {
  const restarted = containers.every(({ state, lastState, restartCount }) => 'running' in state || 'terminated' in state || 'terminated' in lastState || restartCount > 0);
  if (!restarted) return 'Pending';
  const exits = containers.map(({ state }) => ('terminated' in state ? state.terminated.exitCode : undefined));
  if (pod.spec.restartPolicy === 'Never' && exits.every((code) => code !== undefined)) return exits.every((code) => code === 0) ? 'Succeeded' : 'Failed';
  return 'Running';
}
