import { denialOf, exceededQuota } from '../api/admission';
import { defaultRequests } from '../api/defaults/pod-defaults';
import type { JsonObject } from '../api/json';
import type { Condition, Pod, ReplicaSet, ReplicaSetStatus } from '../kinds';
import { typeOfKind } from '../resources';
import { timestamp } from '../store';
import type { ControllerContext } from './controller-context';
import { matchesLabels, matchesSelector } from './label-selector';
import { adopt, controllerOf, controllerReference, disown, isControlledBy, keyOf, refOf } from './ownership';
import { availableIn, isActive, isReady, isTerminating } from './pod-state';
import { QueuedController } from './queued-controller';
import { rankVictims } from './rank-victims';

/** Limit of pods in the cluster; beyond it creations are refused as by a quota. */
export const MAX_PODS = 500;
const RETRY_REFUSED_MS = 2_000;

/** Maintains the desired number of pods of each ReplicaSet. */
export class ReplicaSetController extends QueuedController {
  start(): void {
    const { store } = this.context;
    this.watch('replicasets.apps', ({ object }) => this.queue.add(keyOf(object)));
    this.watch('pods', ({ object, previous }) =>
      [object as Pod, previous as Pod | undefined].forEach((pod) => pod && this.enqueueFor(pod)),
    );
    // A quota may allow more pods now.
    this.watch('resourcequotas', ({ object }) =>
      store.list('replicasets.apps', object.metadata.namespace).forEach((set) => this.queue.add(keyOf(set))),
    );
    for (const set of store.list('replicasets.apps')) this.queue.add(keyOf(set));
  }

  private enqueueFor(pod: Pod): void {
    const owner = controllerOf(pod);
    if (owner) return owner.kind === 'ReplicaSet' ? this.queue.add(`${pod.metadata.namespace ?? ''}/${owner.name}`) : undefined;
    const orphaned = (set: ReplicaSet): boolean => matchesSelector(set.spec.selector, pod.metadata.labels);
    for (const set of this.context.store.list<ReplicaSet>('replicasets.apps', pod.metadata.namespace))
      if (orphaned(set)) this.queue.add(keyOf(set));
  }

  protected reconcile(key: string): void {
    const set = this.context.store.get<ReplicaSet>(refOf('replicasets.apps', key));
    if (!set) return;
    const refusal = set.metadata.deletionTimestamp === undefined ? this.scale(set, this.claim(set)) : undefined;
    this.writeStatus(set, refusal);
  }

  /** The active pods: adopts selected orphans, and releases pods that no longer match. */
  private claim(set: ReplicaSet): Pod[] {
    const { store } = this.context;
    const claimed: Pod[] = [];
    for (const pod of store.list<Pod>('pods', set.metadata.namespace).filter(isActive)) {
      const selected = matchesSelector(set.spec.selector, pod.metadata.labels);
      if (isControlledBy(pod, set)) {
        if (selected) claimed.push(pod);
        else store.update(disown(pod, set.metadata.uid));
      } else if (selected && !controllerOf(pod)) claimed.push(store.update(adopt(pod, set)));
    }
    return claimed;
  }

  /** Returns why pods could not be created, if so. */
  private scale(set: ReplicaSet, pods: readonly Pod[]): string | undefined {
    const { store, events } = this.context;
    const surplus = pods.length - (set.spec.replicas ?? 1);
    for (const pod of surplus > 0 ? rankVictims(pods, surplus) : []) {
      store.delete({ resource: 'pods', namespace: pod.metadata.namespace, name: pod.metadata.name }, { uid: pod.metadata.uid });
      events.record(set, 'Normal', 'SuccessfulDelete', `Deleted pod: ${pod.metadata.name}`);
    }
    let room = MAX_PODS - (surplus < 0 ? store.list('pods').length : 0);
    for (let missing = -surplus; missing > 0; missing--, room--) {
      const made = podOf(set);
      const refusal =
        room <= 0
          ? `pods "${set.metadata.name}-" is forbidden: exceeded quota: playground, limited: pods=${MAX_PODS}`
          : this.refusalOf(made);
      if (refusal !== undefined) return this.refuse(set, refusal);
      const pod = store.create<Pod>(made);
      events.record(set, 'Normal', 'SuccessfulCreate', `Created pod: ${pod.metadata.name}`);
    }
    return undefined;
  }

  /** Why admission control or a quota denies the pod; undefined: allowed. */
  private refusalOf(pod: NewPod): string | undefined {
    const { store, admit } = this.context;
    const { namespace } = pod.metadata;
    return (denialOf(admit, { type: typeOfKind('v1', 'Pod')!, namespace }, 'CREATE', pod as Pod) ?? exceededQuota(store, pod as Pod))
      ?.message;
  }

  private refuse(set: ReplicaSet, message: string): string {
    this.context.events.record(set, 'Warning', 'FailedCreate', `Error creating: ${message}`);
    this.queue.addAfter(keyOf(set), RETRY_REFUSED_MS);
    return message;
  }

  private writeStatus(set: ReplicaSet, refusal: string | undefined): void {
    const { store, clock } = this.context;
    const now = clock();
    const own = store.list<Pod>('pods', set.metadata.namespace, (pod) => isControlledBy(pod, set));
    const pods = own.filter(isActive);
    const waits = pods.map((pod) => availableIn(pod, set.spec.minReadySeconds ?? 0, now.getTime()));
    const soonest = Math.min(...waits.filter((wait) => wait !== undefined && wait > 0).map(Number));
    if (soonest < Infinity) this.queue.addAfter(keyOf(set), soonest + 1);
    const labels = set.spec.template.metadata?.labels ?? {};
    const status: ReplicaSetStatus = {
      replicas: pods.length,
      fullyLabeledReplicas: pods.filter((pod) => matchesLabels(labels, pod.metadata.labels)).length,
      readyReplicas: pods.filter(isReady).length,
      availableReplicas: waits.filter((wait) => wait === 0).length,
      terminatingReplicas: own.filter(isTerminating).length,
      observedGeneration: set.metadata.generation,
      ...(refusal === undefined ? {} : { conditions: [failure(set, refusal, timestamp(now))] }),
    };
    store.update({ ...set, status }, { subresource: 'status' });
  }
}

const failure = (set: ReplicaSet, message: string, now: string): Condition => {
  const before = set.status?.conditions?.find(({ type }) => type === 'ReplicaFailure');
  return { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message, lastTransitionTime: before?.lastTransitionTime ?? now };
};

type NewPod = Parameters<ControllerContext['store']['create']>[0] & Pick<Pod, 'spec'>;

const podOf = (set: ReplicaSet): NewPod => {
  const { metadata, spec } = set.spec.template;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      generateName: `${set.metadata.name}-`,
      namespace: set.metadata.namespace,
      labels: metadata?.labels,
      annotations: metadata?.annotations,
      ownerReferences: [controllerReference(set)],
    },
    spec: defaultRequests(spec as unknown as JsonObject) as unknown as Pod['spec'],
    status: { phase: 'Pending' },
  };
};
