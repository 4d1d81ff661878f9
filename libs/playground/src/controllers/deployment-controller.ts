import type { Deployment, Pod, ReplicaSet } from '../kinds';
import { timestamp } from '../store';
import { boundsOf, conditionOf, deploymentStatus, isComplete, progressLeft } from './deployment-status';
import { controllerOf, isControlledBy, keyOf, refOf } from './ownership';
import { QueuedController } from './queued-controller';
import {
  DESIRED, MAX, REVISION, createReplicaSet, freshOf, inheritedAnnotations, replicaSetsOf, revisionOf, withAnnotations,
} from './replicasets-of';
import { nextRollingScales, proportionalScales, type Scalable, type Scales } from './rolling-update';

const desiredOf = ({ spec }: Deployment): number => spec.replicas ?? 1;
const scalable = (set: ReplicaSet): Scalable => ({
  name: set.metadata.name,
  replicas: set.spec.replicas ?? 1,
  available: set.status?.availableReplicas ?? 0,
});

/** `max`: pods of the whole Deployment when it was scaled last, with its surge. */
const sized = (set: ReplicaSet): Scalable & { readonly max: number } =>
  ({ ...scalable(set), max: Number(set.metadata.annotations?.[MAX] ?? 0) });

/**
 * Reconciles each Deployment with its template through ReplicaSets; one step per reconciliation, the next after its
 * effect.
 */
export class DeploymentController extends QueuedController {
  start(): void {
    const { store } = this.context;
    this.watch('deployments.apps', ({ object }) => this.queue.add(keyOf(object)));
    this.watch('replicasets.apps', ({ object }) => this.enqueueOwner(object as ReplicaSet));
    // Recreate waits until the last old pod is removed.
    this.watch('pods', ({ type, object }) => type === 'DELETED' && this.enqueueOwnerOf(object as Pod));
    for (const deployment of store.list('deployments.apps')) this.queue.add(keyOf(deployment));
  }

  private enqueueOwner(set: ReplicaSet): void {
    const owner = controllerOf(set);
    if (owner?.kind === 'Deployment') this.queue.add(`${set.metadata.namespace ?? ''}/${owner.name}`);
  }

  private enqueueOwnerOf(pod: Pod): void {
    const owner = controllerOf(pod);
    const set =
      owner && this.context.store.get<ReplicaSet>({ resource: 'replicasets.apps', namespace: pod.metadata.namespace, name: owner.name });
    if (set) this.enqueueOwner(set);
  }

  protected reconcile(key: string): void {
    const deployment = this.context.store.get<Deployment>(refOf('deployments.apps', key));
    if (!deployment) return;
    if (deployment.metadata.deletionTimestamp === undefined) this.advance(deployment, replicaSetsOf(this.context.store, deployment));
    this.writeStatus(key);
  }

  private advance(deployment: Deployment, sets: readonly ReplicaSet[]): void {
    if (this.isScaled(deployment, sets) || deployment.spec.paused) return this.scaleOnly(deployment, sets);
    const recreate = deployment.spec.strategy?.type === 'Recreate';
    const existing = freshOf(deployment, sets);
    const old = sets.filter((set) => set !== existing);
    if (recreate && this.stopOld(deployment, old)) return;
    const fresh = existing ? this.refresh(deployment, existing, old) : this.create(deployment, sets, recreate);
    if (!fresh) return;
    if (recreate) return this.apply(deployment, [fresh], new Map([[fresh.metadata.name, desiredOf(deployment)]]));
    this.apply(
      deployment,
      [...old, fresh],
      nextRollingScales(desiredOf(deployment), boundsOf(deployment), scalable(fresh), old.map(scalable)),
    );
  }

  /** Whether spec.replicas changed since the ReplicaSets were last scaled. */
  private isScaled(deployment: Deployment, sets: readonly ReplicaSet[]): boolean {
    return sets.some(
      (set) =>
        (set.spec.replicas ?? 1) > 0 &&
        set.metadata.annotations?.[DESIRED] !== undefined &&
        set.metadata.annotations[DESIRED] !== String(desiredOf(deployment)),
    );
  }

  private scaleOnly(deployment: Deployment, sets: readonly ReplicaSet[]): void {
    const active = sets.filter((set) => (set.spec.replicas ?? 1) > 0);
    const only = active.length === 0 ? (freshOf(deployment, sets) ?? sets.at(-1)) : active[0];
    if (active.length > 1)
      return this.apply(deployment, active, proportionalScales(desiredOf(deployment), boundsOf(deployment), active.map(sized)));
    if (only) this.apply(deployment, [only], new Map([[only.metadata.name, desiredOf(deployment)]]));
  }

  /** For Recreate: whether old pods still exist. */
  private stopOld(deployment: Deployment, old: readonly ReplicaSet[]): boolean {
    this.apply(deployment, old, new Map(old.map((set) => [set.metadata.name, 0])));
    return this.context.store.list('pods', deployment.metadata.namespace, (pod) => old.some((set) => isControlledBy(pod, set))).length > 0;
  }

  /** A reused ReplicaSet becomes the newest revision. The current one alone follows `minReadySeconds`. */
  private refresh(deployment: Deployment, fresh: ReplicaSet, old: readonly ReplicaSet[]): ReplicaSet {
    const newest = Math.max(0, ...old.map(revisionOf));
    const revision = revisionOf(fresh) > newest ? revisionOf(fresh) : newest + 1;
    this.setRevision(deployment, revision);
    const { minReadySeconds } = deployment.spec;
    const { minReadySeconds: _before, ...spec } = fresh.spec;
    const timed = { ...fresh, spec: { ...spec, ...(minReadySeconds ? { minReadySeconds } : {}) } };
    return this.context.store.update(withAnnotations(timed, { ...inheritedAnnotations(deployment), [REVISION]: String(revision) }));
  }

  private create(deployment: Deployment, old: readonly ReplicaSet[], recreate: boolean): ReplicaSet | undefined {
    const { store, events } = this.context;
    const desired = desiredOf(deployment);
    const { maxSurge } = boundsOf(deployment);
    const running = old.reduce((sum, { spec }) => sum + (spec.replicas ?? 1), 0);
    const replicas = recreate ? desired : Math.max(0, Math.min(desired, desired + maxSurge - running));
    const revision = Math.max(0, ...old.map(revisionOf)) + 1;
    const fresh = createReplicaSet(store, deployment, replicas, { [REVISION]: String(revision), ...this.sizes(deployment) });
    if (!fresh) {
      store.update(
        { ...deployment, status: { ...deployment.status, collisionCount: (deployment.status?.collisionCount ?? 0) + 1 } },
        { subresource: 'status' },
      );
      return undefined;
    }
    this.setRevision(deployment, revision);
    if (replicas > 0)
      events.record(deployment, 'Normal', 'ScalingReplicaSet', `Scaled up replica set ${fresh.metadata.name} from 0 to ${replicas}`);
    return fresh;
  }

  private setRevision(deployment: Deployment, revision: number): void {
    const live = this.context.store.get<Deployment>(refOf('deployments.apps', keyOf(deployment)));
    if (live) this.context.store.update(withAnnotations(live, { [REVISION]: String(revision) }));
  }

  private sizes(deployment: Deployment): Record<string, string> {
    const desired = desiredOf(deployment);
    return {
      [DESIRED]: String(desired),
      [MAX]: String(desired + (desired > 0 && deployment.spec.strategy?.type !== 'Recreate' ? boundsOf(deployment).maxSurge : 0)),
    };
  }

  private apply(deployment: Deployment, sets: readonly ReplicaSet[], scales: Scales): void {
    const { store, events } = this.context;
    for (const set of sets) {
      const before = set.spec.replicas ?? 1;
      const after = scales.get(set.metadata.name) ?? before;
      const sized = withAnnotations({ ...set, spec: { ...set.spec, replicas: after } }, this.sizes(deployment));
      store.update(sized);
      if (after !== before)
        events.record(
          deployment, 'Normal', 'ScalingReplicaSet',
          `Scaled ${after > before ? 'up' : 'down'} replica set ${set.metadata.name} from ${before} to ${after}`,
        );
    }
  }

  private writeStatus(key: string): void {
    const { store, clock } = this.context;
    const deployment = store.get<Deployment>(refOf('deployments.apps', key));
    if (!deployment) return;
    const sets = replicaSetsOf(store, deployment);
    const fresh = freshOf(deployment, sets);
    const now = timestamp(clock());
    const status = deploymentStatus(deployment, fresh, sets, now);
    store.update({ ...deployment, status }, { subresource: 'status' });
    const progressing = conditionOf(status, 'Progressing');
    if (progressing?.status === 'True' && !isComplete(deployment, status))
      this.queue.addAfter(key, Math.max(0, progressLeft(deployment, progressing, now)) + 1);
    if (isComplete(deployment, status)) this.forgetHistory(deployment, sets.filter((set) => set !== fresh));
  }

  private forgetHistory({ metadata, spec }: Deployment, old: readonly ReplicaSet[]): void {
    const idle = old.filter((set) => (set.spec.replicas ?? 1) === 0 && (set.status?.replicas ?? 0) === 0);
    for (const set of idle.slice(0, Math.max(0, idle.length - (spec.revisionHistoryLimit ?? 10)))) {
      this.context.store.delete(
        { resource: 'replicasets.apps', namespace: metadata.namespace, name: set.metadata.name },
        { uid: set.metadata.uid },
      );
    }
  }
}
