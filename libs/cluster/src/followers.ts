import type { V1DaemonSet, V1Deployment, V1Job, V1StatefulSet } from '@kubernetes/client-node';
import { kindIdOf, type KubeObject } from '@alloy/contracts';
import type { Json } from './json';
import type { Live } from './live';
import { isReady } from './pods';
import { keyOf } from './with-owner';

/** Kinds of workloads that a release changes at promotion, beside the one that it releases progressively. */
const followers: ReadonlySet<string> = new Set(['Deployment.apps', 'StatefulSet.apps', 'DaemonSet.apps', 'CronJob.batch', 'Job.batch']);

export const isFollower = (object: { readonly apiVersion: string; readonly kind: string }): boolean => followers.has(kindIdOf(object));

/** Whether a follower runs what its spec asks for. `failed`: it never will; the text is for users. */
export type Rollout = 'ready' | 'progressing' | { readonly failed: string };

/** Pure; by the status that the controllers write. An object without a status, as in the cache, is `progressing`. */
export function rolloutOf(object: KubeObject): Rollout {
  switch (kindIdOf(object)) {
    case 'Deployment.apps':
      return isRolledOut(object as KubeObject & Json<V1Deployment>) ? 'ready' : 'progressing';
    case 'StatefulSet.apps':
      return isSeen(object) && statefulSetIsReady(object as KubeObject & Json<V1StatefulSet>) ? 'ready' : 'progressing';
    case 'DaemonSet.apps':
      return isSeen(object) && daemonSetIsReady(object as KubeObject & Json<V1DaemonSet>) ? 'ready' : 'progressing';
    case 'Job.batch':
      return jobRollout(object as KubeObject & Json<V1Job>);
    default:
      return 'ready';
  }
}

/** Whether the controller has acted on the current spec. */
export const isSeen = ({ metadata, status }: KubeObject & { readonly status?: unknown }): boolean =>
  ((status as { readonly observedGeneration?: number } | undefined)?.observedGeneration ?? -1) >= (metadata.generation ?? 0);

/** Whether all pods of the Deployment have its current template and are available. */
export function isRolledOut(deployment: KubeObject & Json<V1Deployment>): boolean {
  const { spec, status = {} } = deployment;
  const wanted = spec?.replicas ?? 1;
  const { updatedReplicas = 0, replicas = 0, availableReplicas = 0 } = status;
  return isSeen(deployment) && updatedReplicas >= wanted && replicas <= updatedReplicas && availableReplicas >= updatedReplicas;
}

function statefulSetIsReady({ spec, status }: Json<V1StatefulSet>): boolean {
  const wanted = spec?.replicas ?? 1;
  const { updatedReplicas = 0, readyReplicas = 0, currentRevision, updateRevision } = status ?? {};
  if (spec?.updateStrategy?.type === 'OnDelete') return true;
  const partition = spec?.updateStrategy?.rollingUpdate?.partition ?? 0;
  if (readyReplicas < wanted) return false;
  return partition > 0 ? updatedReplicas >= wanted - partition : currentRevision === updateRevision || updatedReplicas >= wanted;
}

function daemonSetIsReady({ spec, status }: Json<V1DaemonSet>): boolean {
  const { desiredNumberScheduled = 0, updatedNumberScheduled = 0, numberAvailable = 0 } = status ?? {};
  if (spec?.updateStrategy?.type === 'OnDelete') return true;
  return updatedNumberScheduled >= desiredNumberScheduled && numberAvailable >= desiredNumberScheduled;
}

function jobRollout({ metadata, spec, status }: KubeObject & Json<V1Job>): Rollout {
  const has = (type: string): boolean => (status?.conditions ?? []).some((one) => one.type === type && one.status === 'True');
  if (has('Complete') || spec?.suspend === true) return 'ready';
  return has('Failed') ? { failed: `Job ${metadata.name} failed` } : 'progressing';
}

/** Reasons why a container does not start, that do not pass by waiting. */
const HOPELESS: ReadonlySet<string> = new Set(['ImagePullBackOff', 'InvalidImageName']);

interface ContainerStatus {
  readonly restartCount?: number;
  readonly state?: { readonly waiting?: { readonly reason?: string } };
}

/** Why the pod does not start, as a reason of Kubernetes; undefined: nothing prevents it. */
function obstacleOf(pod: KubeObject, maxRestarts: number): string | undefined {
  const status = (pod['status'] ?? {}) as Readonly<Record<string, readonly ContainerStatus[] | undefined>>;
  const found = [...(status['initContainerStatuses'] ?? []), ...(status['containerStatuses'] ?? [])].find(({ state, restartCount = 0 }) => {
    const reason = state?.waiting?.reason ?? '';
    return HOPELESS.has(reason) || (reason === 'CrashLoopBackOff' && restartCount >= maxRestarts);
  });
  return found?.state?.waiting?.reason;
}

const hashOf = (pod: KubeObject): string | undefined => pod.metadata.labels?.['controller-revision-hash'];

const podsOf = (object: KubeObject, live: Live): readonly KubeObject[] => live.followerPods?.get(keyOf(object)) ?? [];

/** Whether the pod is one of an earlier spec of its StatefulSet. Other kinds replace such pods themselves. */
function isOutdated(pod: KubeObject, object: KubeObject): boolean {
  const { updateRevision } = (object as KubeObject & Json<Partial<V1StatefulSet>>).status ?? {};
  return updateRevision !== undefined && hashOf(pod) !== updateRevision;
}

/**
 * Why the follower does not become ready although its controller tries; undefined: it may. `maxRestarts`: restarts of a
 * container after which a crash loop is an obstacle, because some crash until their database is there.
 */
export function obstacleTo(object: KubeObject, live: Live, maxRestarts: number): string | undefined {
  // A Job counts its own restarts.
  const limit = kindIdOf(object) === 'Job.batch' ? Infinity : maxRestarts;
  for (const pod of currentPods(object, live)) {
    const obstacle = obstacleOf(pod, limit);
    if (obstacle !== undefined) return `pod ${pod.metadata.name} of ${object.kind} ${object.metadata.name}: ${obstacle}`;
  }
  return undefined;
}

/** The pods of the current spec. */
export function currentPods(object: KubeObject, live: Live): readonly KubeObject[] {
  const pods = podsOf(object, live);
  switch (kindIdOf(object)) {
    case 'StatefulSet.apps':
      return isSeen(object) ? pods.filter((pod) => !isOutdated(pod, object)) : [];
    case 'DaemonSet.apps': {
      const { updatedNumberScheduled = 0 } = (object as KubeObject & Json<Partial<V1DaemonSet>>).status ?? {};
      const createdAt = (pod: KubeObject): string => String(pod.metadata['creationTimestamp']);
      const newest = [...pods].sort((a, b) => (createdAt(a) < createdAt(b) ? 1 : -1))[0];
      return isSeen(object) && updatedNumberScheduled > 0 && newest ? pods.filter((pod) => hashOf(pod) === hashOf(newest)) : [];
    }
    default:
      return isSeen(object) || kindIdOf(object) === 'Job.batch' ? pods : [];
  }
}

/**
 * A pod of an earlier spec that is not ready and that its StatefulSet will never replace: the controller waits for it
 * before it updates any other. Undefined: there is none. Source: kubernetes/kubernetes#67250.
 */
export function stuckPod(object: KubeObject, live: Live): KubeObject | undefined {
  if (kindIdOf(object) !== 'StatefulSet.apps' || !isSeen(object)) return undefined;
  return podsOf(object, live).find((pod) => !isReady(pod) && pod.metadata['deletionTimestamp'] === undefined && isOutdated(pod, object));
}
