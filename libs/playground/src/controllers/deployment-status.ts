import type { Condition, Deployment, DeploymentStatus, ReplicaSet } from '../kinds';
import { resolveBounds } from './rolling-update';

const sum = (sets: readonly ReplicaSet[], field: 'replicas' | 'readyReplicas' | 'availableReplicas' | 'terminatingReplicas'): number =>
  sets.reduce((total, { status }) => total + (status?.[field] ?? 0), 0);

export const conditionOf = (status: DeploymentStatus | undefined, type: string): Condition | undefined =>
  status?.conditions?.find((condition) => condition.type === type);

export const boundsOf = ({ spec }: Deployment): ReturnType<typeof resolveBounds> =>
  resolveBounds(spec.replicas ?? 1, spec.strategy?.rollingUpdate?.maxSurge, spec.strategy?.rollingUpdate?.maxUnavailable);

/** Whether all pods have the newest template and are available, and no older ones are left. */
export const isComplete = (
  { spec, metadata }: Deployment,
  { updatedReplicas = 0, replicas = 0, availableReplicas = 0, observedGeneration = 0 }: DeploymentStatus,
): boolean =>
  updatedReplicas === (spec.replicas ?? 1) &&
  replicas === updatedReplicas &&
  availableReplicas === updatedReplicas &&
  observedGeneration >= (metadata.generation ?? 0);

/**
 * A Deployment's status as Kubernetes' controller computes it; `now` in the store's time format.
 * `fresh`: the ReplicaSet of the current template, if it exists; `sets`: all ReplicaSets.
 */
export function deploymentStatus(
  deployment: Deployment,
  fresh: ReplicaSet | undefined,
  sets: readonly ReplicaSet[],
  now: string,
): DeploymentStatus {
  const before = deployment.status ?? {};
  const replicas = sum(sets, 'replicas');
  const available = sum(sets, 'availableReplicas');
  const counts = {
    observedGeneration: deployment.metadata.generation,
    replicas,
    updatedReplicas: fresh?.status?.replicas ?? 0,
    readyReplicas: sum(sets, 'readyReplicas'),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, sets.reduce((total, { spec }) => total + (spec.replicas ?? 1), 0) - available),
  };
  const failure = sets.flatMap(({ status }) => status?.conditions ?? []).find(({ type }) => type === 'ReplicaFailure');
  const conditions = [availability(deployment, available, now), progress(deployment, fresh, { ...before, ...counts }, now), failure].filter(
    (each) => each !== undefined,
  );
  return {
    ...withoutZeros({ ...counts, collisionCount: before.collisionCount, conditions }),
    terminatingReplicas: sum(sets, 'terminatingReplicas'),
  };
}

// Omitted like in the API server; kubectl shows an absent count as 0.
const withoutZeros = (status: DeploymentStatus): DeploymentStatus =>
  Object.fromEntries(Object.entries(status).filter(([, value]) => value !== 0));

function availability(deployment: Deployment, available: number, now: string): Condition {
  const enough = available >= (deployment.spec.replicas ?? 1) - boundsOf(deployment).maxUnavailable;
  const reason = enough ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable';
  const message = enough ? 'Deployment has minimum availability.' : 'Deployment does not have minimum availability.';
  return settled(
    conditionOf(deployment.status, 'Available'),
    { type: 'Available', status: enough ? 'True' : 'False', reason, message },
    now,
  );
}

function progress(deployment: Deployment, fresh: ReplicaSet | undefined, next: DeploymentStatus, now: string): Condition | undefined {
  if (!hasDeadline(deployment)) return undefined;
  const before = conditionOf(deployment.status, 'Progressing');
  const name = fresh?.metadata.name ?? '';
  const of = (status: Condition['status'], reason: string, message: string): Condition =>
    settled(before, { type: 'Progressing', status, reason, message }, now);
  // A completed rollout stays completed: pods lost or added later do not start a rollout.
  if (before?.reason === 'NewReplicaSetAvailable' && before.message?.includes(name) && oldReplicas(next) === 0) return before;
  if (isComplete(deployment, next)) return of('True', 'NewReplicaSetAvailable', `ReplicaSet "${name}" has successfully progressed.`);
  if (!before || (before.reason !== 'ReplicaSetUpdated' && before.reason !== 'NewReplicaSetAvailable' && !before.message?.includes(name)))
    return of('True', 'NewReplicaSetCreated', `Created new replica set "${name}"`);
  if (hasProgressed(deployment.status ?? {}, next) || before.reason === 'NewReplicaSetAvailable' || !before.message?.includes(name))
    return { ...of('True', 'ReplicaSetUpdated', `ReplicaSet "${name}" is progressing.`), lastUpdateTime: now };
  if (before.reason === 'ProgressDeadlineExceeded' || progressLeft(deployment, before, now) > 0) return before;
  return of('False', 'ProgressDeadlineExceeded', `ReplicaSet "${name}" has timed out progressing.`);
}

const hasProgressed = (before: DeploymentStatus, next: DeploymentStatus): boolean =>
  (next.updatedReplicas ?? 0) > (before.updatedReplicas ?? 0) ||
  (next.readyReplicas ?? 0) > (before.readyReplicas ?? 0) ||
  (next.availableReplicas ?? 0) > (before.availableReplicas ?? 0) ||
  oldReplicas(next) < oldReplicas(before);

const oldReplicas = ({ replicas = 0, updatedReplicas = 0 }: DeploymentStatus): number => replicas - updatedReplicas;

/** For Kubernetes the longest deadline is none, and it reports no progress. */
const hasDeadline = ({ spec }: Deployment): boolean => spec.progressDeadlineSeconds !== 2 ** 31 - 1;

/** Milliseconds until the rollout counts as failed; default 600 s from its last progress. */
export const progressLeft = ({ spec }: Deployment, { lastUpdateTime }: Condition, now: string): number =>
  Date.parse(lastUpdateTime ?? now) + (spec.progressDeadlineSeconds ?? 600) * 1000 - Date.parse(now);

/** Keeps the times of an unchanged condition. */
function settled(before: Condition | undefined, next: Condition, now: string): Condition {
  const same = before?.status === next.status && before.reason === next.reason && before.message === next.message;
  return same
    ? before
    : { ...next, lastUpdateTime: now, lastTransitionTime: before?.status === next.status ? before.lastTransitionTime : now };
}
