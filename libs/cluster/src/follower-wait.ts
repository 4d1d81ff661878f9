import type { V1DaemonSet, V1Job } from '@kubernetes/client-node';
import { kindIdOf, type KubeObject } from '@alloy/contracts';
import type { FollowerWait } from '@alloy/release';
import { findBlocked, findUnscheduled } from './blocked';
import { currentPods, isSeen, stuckPod } from './followers';
import { isDeployment, type Json } from './json';
import type { Live } from './live';
import { missingIn } from './missing-in';
import { isReady, isTerminating, podStatus } from './pods';

const DETAIL_LIMIT = 300;

/** What a follower that is not ready waits for. Pure. */
export function followerWait(object: KubeObject, live: Live): FollowerWait {
  const pods = currentPods(object, live).filter((pod) => !isTerminating(pod));
  const { cause, detail } = causeOf(object, pods) ?? startOf(object, live, pods);
  return {
    object: { kind: object.kind, name: object.metadata.name },
    ...(isJob(object) ? completions(object) : { desired: desiredPods(object), ready: pods.filter(isReady).length }),
    waits: { cause, detail: detail.slice(0, DETAIL_LIMIT) },
  };
}

const isJob = (object: KubeObject): boolean => kindIdOf(object) === 'Job.batch';

type Waits = NonNullable<FollowerWait['waits']>;

/** What the cluster itself reports. */
function causeOf(object: KubeObject, pods: readonly KubeObject[]): Waits | undefined {
  const blocked = isDeployment(object) && isSeen(object) ? findBlocked(object, pods) : findUnscheduled(pods);
  if (blocked) return blocked;
  for (const pod of pods) {
    const missing = statusesOf(pod).map(missingIn).find((one) => one !== undefined);
    if (missing !== undefined) return { cause: 'ConfigMissing', detail: `pod ${pod.metadata.name}: ${missing}` };
  }
  return undefined;
}

/** How far the start of the pods is, if the cluster reports nothing else. */
function startOf(object: KubeObject, live: Live, pods: readonly KubeObject[]): Waits {
  const cause = isJob(object) ? 'NotComplete' : 'NotReady';
  const stuck = stuckPod(object, live);
  if (stuck) return { cause, detail: `its controller waits for pod ${stuck.metadata.name} of the earlier version, which is not ready` };
  const unready = pods.find((pod) => !isReady(pod) && podStatus(pod).phase !== 'Succeeded');
  if (unready) return { cause, detail: `pod ${unready.metadata.name} ${stateOf(unready)}` };
  if (pods.length === 0) return { cause, detail: 'no pod of the new version exists' };
  return { cause, detail: isJob(object) ? 'its pods run' : 'its controller has not replaced all pods' };
}

/** As the end of `pod db-0 …`. */
function stateOf(pod: KubeObject): string {
  const statuses = statusesOf(pod);
  const waiting = statuses.find(({ state }) => state?.waiting !== undefined);
  if (waiting) return `is not ready: container ${waiting.name} is in ${waiting.state?.waiting?.reason ?? 'waiting'}`;
  const unready = statuses.find(({ state, ready }) => state?.running !== undefined && !ready);
  if (unready) return `is not ready: container ${unready.name} runs, and its readiness probe does not succeed`;
  return `is not ready (${podStatus(pod).phase ?? 'no phase'})`;
}

function statusesOf(pod: KubeObject) {
  const { initContainerStatuses = [], containerStatuses = [] } = podStatus(pod);
  return [...initContainerStatuses.filter(({ state }) => state?.terminated === undefined), ...containerStatuses];
}

function completions(object: KubeObject): { readonly desired: number; readonly ready: number } {
  const { spec, status } = object as KubeObject & Json<Partial<V1Job>>;
  return { desired: spec?.completions ?? 1, ready: status?.succeeded ?? 0 };
}

const desiredPods = (object: KubeObject): number =>
  kindIdOf(object) === 'DaemonSet.apps'
    ? ((object as KubeObject & Json<Partial<V1DaemonSet>>).status?.desiredNumberScheduled ?? 0)
    : ((object['spec'] as { readonly replicas?: number } | undefined)?.replicas ?? 1);
