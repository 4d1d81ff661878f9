import type { V1ContainerStatus } from '@kubernetes/client-node';
import { isReady, isTerminating, podStatus, type Json } from '@alloy/cluster';
import type { KubeObject, ObservedPod } from '@alloy/contracts';
import type { Workloads } from '../cluster-reader';

/** The pods of all tracks for display, at most `MAX_PODS` of each: those of the canary first, then by age. */
export const observedPods = ({ canary, baseline, stable }: Workloads): readonly ObservedPod[] =>
  [...trackOf('canary', canary.pods), ...trackOf('baseline', baseline?.pods ?? []), ...trackOf('stable', stable.pods)];

const MAX_PODS = 100;

const trackOf = (track: ObservedPod['track'], pods: readonly KubeObject[]): readonly ObservedPod[] =>
  pods.map((pod) => observed(track, pod)).sort(byAge).slice(0, MAX_PODS);

function observed(track: ObservedPod['track'], pod: KubeObject): ObservedPod {
  const status = podStatus(pod);
  const containers = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  return {
    track,
    name: pod.metadata.name,
    phase: isTerminating(pod) ? 'Terminating' : (status.phase ?? 'Pending'),
    ready: isReady(pod),
    restarts: containers.reduce((sum, container) => sum + (container.restartCount ?? 0), 0),
    startedAt: status.startTime ?? null,
    reason: containers.map(reasonOf).find((reason) => reason !== undefined) ?? status.reason ?? unscheduled(pod) ?? null,
  };
}

/** Reasons that pass with time and are therefore not shown. */
const ordinary: readonly string[] = ['ContainerCreating', 'PodInitializing', 'Completed'];

function reasonOf({ state }: Json<V1ContainerStatus>): string | undefined {
  const reason = state?.waiting?.reason ?? state?.terminated?.reason;
  return reason !== undefined && ordinary.includes(reason) ? undefined : reason;
}

const unscheduled = (pod: KubeObject): string | undefined =>
  podStatus(pod).conditions?.find(({ type, status, reason }) =>
    type === 'PodScheduled' && status === 'False' && reason !== undefined)?.reason;

/** The oldest pod first. A pod without a start counts as the youngest. */
function byAge(a: ObservedPod, b: ObservedPod): number {
  const [x, y] = [a, b].map(({ startedAt, name }) => `${startedAt ?? '~'} ${name}`) as [string, string];
  return x < y ? -1 : Number(x > y);
}
