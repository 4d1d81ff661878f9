import { isReady, isTerminating, type Deployment } from '@alloy/cluster';
import { RELEASE_LABEL, type KubeObject } from '@alloy/contracts';
import type { Current, EventOf, Workload } from '@alloy/release';
import { findBlocked, isSameBlocked } from './blocked';
import { findDegraded } from './degraded';
import type { Subject } from './subject';

export type HealthFinding = EventOf<'WorkloadBecameReady' | 'WorkloadProgressed' | 'WorkloadDegraded' | 'WorkloadBlocked' | 'WorkloadUnblocked'>;

/**
 * What a look at the cluster adds to the record of the current attempt; nothing where it is all known.
 * `pods` are the Deployment's own, by owner reference.
 */
export function healthFindings(current: Current, subject: Subject, deployment: Deployment | undefined, pods: readonly KubeObject[]): HealthFinding[] {
  if (!deployment) return [];
  const own = pods.filter((pod) => subject.release === null || pod.metadata.labels?.[RELEASE_LABEL] === subject.release);
  const workload: Workload = {
    track: subject.track,
    generation: deployment.metadata.generation ?? 0,
    desired: subject.desired,
    ready: own.filter(isReady).length,
  };
  const degraded = findDegraded(own);
  if (degraded) return current.degraded ? [] : [{ type: 'WorkloadDegraded', data: { ...current.ref, ...workload, ...degraded } }];
  const data = { ...current.ref, ...workload };
  const isWhole = isSettled(subject, deployment, own, workload);
  if (isWhole && !current.ready) return [{ type: 'WorkloadBecameReady', data }];
  const progress: readonly HealthFinding[] = !current.ready && workload.ready > current.mostReady ? [{ type: 'WorkloadProgressed', data }] : [];
  const blocked = isWhole ? undefined : findBlocked(deployment, own);
  if (isSameBlocked(current.blocked, blocked)) return [...progress];
  return [...progress, blocked ? { type: 'WorkloadBlocked', data: { ...data, ...blocked } } : { type: 'WorkloadUnblocked', data }];
}

/** Ready means: the controller has seen the newest spec, asks for what the step asks for, and all pods of it are ready. */
function isSettled(subject: Subject, deployment: Deployment, own: readonly KubeObject[], workload: Workload): boolean {
  const seen = (deployment.status?.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0);
  const release = deployment.spec.template.metadata?.labels?.[RELEASE_LABEL];
  const ours = subject.release === null || release === subject.release;
  const asked = (deployment.spec.replicas ?? 1) === subject.desired && (deployment.status?.updatedReplicas ?? 0) >= subject.desired;
  return seen && ours && asked && workload.ready >= subject.desired && own.filter((pod) => !isTerminating(pod)).length === subject.desired;
}
