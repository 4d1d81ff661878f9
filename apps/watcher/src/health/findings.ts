import {
  controllerOf, findBlocked, foreignTemplateManagers, isReady, isTerminating, REVISION, type Deployment,
} from '@alloy/cluster';
import { RELEASE_LABEL, type KubeObject } from '@alloy/contracts';
import type { Current, EventOf, RunningTemplate, Workload } from '@alloy/release';
import { isSameBlocked } from './blocked';
import { findDegraded } from './degraded';
import { findMissingConfig, findMissingTooLong, type Circumstances } from './missing-config';
import type { Subject } from './subject';

export type HealthFinding = EventOf<
  'WorkloadBecameReady' | 'WorkloadProgressed' | 'WorkloadDegraded' | 'WorkloadBlocked' | 'WorkloadUnblocked'
>;

/**
 * The findings of an observation that the log does not contain yet for the current attempt.
 * `pods`: the Deployment's pods by owner reference.
 */
export function healthFindings(
  current: Current, subject: Subject, deployment: Deployment | undefined, pods: readonly KubeObject[], circumstances: Circumstances,
): HealthFinding[] {
  if (!deployment) return [];
  const own = pods.filter((pod) => subject.release === null || pod.metadata.labels?.[RELEASE_LABEL] === subject.release);
  const workload: Workload = {
    track: subject.track,
    generation: deployment.metadata.generation ?? 0,
    desired: subject.desired,
    ready: own.filter(isReady).length,
  };
  const degraded = findDegraded(own, circumstances.restarts) ?? findMissingTooLong(own, current, circumstances.now);
  if (degraded) return current.degraded ? [] : [{ type: 'WorkloadDegraded', data: { ...current.ref, ...workload, ...degraded } }];
  const data = { ...current.ref, ...workload };
  // Pods of a template that another client has changed keep the label of the release, and are not what was judged.
  const isJudged = current.spec.kind !== 'promote' || foreignTemplateManagers(deployment).length === 0;
  const isWhole = isJudged && isSettled(subject, deployment, own, workload);
  if (isWhole && !current.ready) return [{ type: 'WorkloadBecameReady', data: { ...data, ...templateOf(subject, deployment, own) } }];
  const hasProgress = !current.ready && workload.ready > current.mostReady;
  const progress: readonly HealthFinding[] = hasProgress ? [{ type: 'WorkloadProgressed', data }] : [];
  const blocked = isWhole ? undefined : (findBlocked(deployment, own) ?? findMissingConfig(own, current, circumstances));
  if (isSameBlocked(current.blocked, blocked)) return [...progress];
  return [...progress, blocked ? { type: 'WorkloadBlocked', data: { ...data, ...blocked } } : { type: 'WorkloadUnblocked', data }];
}

/**
 * Whether the controller has observed the newest spec, the spec has the pods that the step desires, and all of them are
 * ready.
 */
function isSettled(subject: Subject, deployment: Deployment, own: readonly KubeObject[], workload: Workload): boolean {
  const isObserved = (deployment.status?.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0);
  const release = deployment.spec.template.metadata?.labels?.[RELEASE_LABEL];
  const isOwn = subject.release === null || release === subject.release;
  if (subject.isPart) return isObserved && isOwn && workload.ready >= subject.desired;
  const isUpdated = (deployment.spec.replicas ?? 1) === subject.desired && (deployment.status?.updatedReplicas ?? 0) >= subject.desired;
  const isComplete = workload.ready >= subject.desired && own.filter((pod) => !isTerminating(pod)).length === subject.desired;
  return isObserved && isOwn && isUpdated && isComplete;
}

/** The template of the stable pods, all of which are ready, for comparisons between releases; none without pods. */
function templateOf(
  { track }: Subject, { metadata: { uid, annotations } }: Deployment, own: readonly KubeObject[],
): { readonly template?: RunningTemplate } {
  const sets = new Set(own.filter((pod) => !isTerminating(pod)).map((pod) => controllerOf(pod)?.name));
  const [replicaSet] = sets;
  const revision = annotations?.[REVISION];
  if (track !== 'stable' || uid === undefined || revision === undefined || replicaSet === undefined || sets.size > 1) return {};
  return { template: { uid, revision, replicaSet } };
}
