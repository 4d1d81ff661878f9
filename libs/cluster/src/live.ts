import { PROJECT_LABEL, RELEASE_LABEL, TRACK_LABEL, type KubeObject } from '@alloy/contracts';
import type { TrafficPlan } from '@alloy/release';
import type { LiveAutoscaler } from './autoscaler';
import { controllerOf } from './controller-of';
import type { Deployment } from './json';
import { isActive, isDraining, isReady } from './pods';
import { keyOf } from './with-owner';

/**
 * The pods of a Deployment with one value of the release label. `release` null: the pods have no such label, e.g. those
 * of an adopted Deployment.
 */
export interface PodCount {
  readonly release: string | null;
  /** Number of pods that are not terminating, ready or not. */
  readonly pods: number;
  readonly ready: number;
}

/** A Deployment, and the numbers of the pods that its ReplicaSets own, regardless of labels. */
export interface LiveWorkload {
  readonly object: Deployment;
  /** `spec.replicas`. */
  readonly replicas: number;
  readonly pods: number;
  readonly ready: number;
  /** Number of deleted pods that still run: they get no new connections, and answer on open ones. */
  readonly draining: number;
  readonly byRelease: readonly PodCount[];
}

/** The objects that `plan` names; null: it does not exist. */
export interface LiveTraffic {
  readonly plan: TrafficPlan;
  /** Null also if the plan names none. */
  readonly route: KubeObject | null;
  readonly service: KubeObject | null;
  readonly canaryService: KubeObject | null;
  /** Default: the plan names none. */
  readonly canaryIngress?: KubeObject | null;
}

/** The live state of a release: the objects in the cluster that it concerns. */
export interface Live {
  readonly web: LiveWorkload | null;
  readonly canary: LiveWorkload | null;
  /** The Deployment of an experiment; default none. */
  readonly baseline?: LiveWorkload | null;
  /** Existing objects of the same kind and name as the shared objects of the bundles, by `keyOf`. */
  readonly shared: ReadonlyMap<string, KubeObject>;
  /** Pods of followers that were read live, by its `keyOf`; default none. */
  readonly followerPods?: ReadonlyMap<string, readonly KubeObject[]>;
  /** Copies for this workload, of any release, by `keyOf`. */
  readonly copies: ReadonlyMap<string, KubeObject>;
  /** The objects of a router that has some, by live reads; default: they were not read. */
  readonly traffic?: LiveTraffic;
  /** The autoscaler of `web`; null: there is none. */
  readonly hpa: LiveAutoscaler | null;
}

/** Whether it is a Deployment of Alloy's; a user may have one of the same name. */
export const isBaseline = (object: Deployment | null | undefined): object is Deployment =>
  object?.metadata.labels?.[TRACK_LABEL] === 'baseline' && object.metadata.labels[PROJECT_LABEL] !== undefined;

/** The release label on the template of the Deployment; null: it has none. */
export const templateRelease = (object: Deployment): string | null => object.spec.template.metadata?.labels?.[RELEASE_LABEL] ?? null;

export const readyOf = (workload: LiveWorkload | null, release: string | null): number =>
  workload?.byRelease.find((count) => count.release === release)?.ready ?? 0;

/** Counts the pods of a Deployment, which it finds through owner references. */
export function summarise(object: Deployment, replicaSets: readonly KubeObject[], pods: readonly KubeObject[]): LiveWorkload {
  const uid = object.metadata.uid;
  const owned = new Set(replicaSets.filter((set) => controllerOf(set)?.uid === uid).map((set) => set.metadata.uid));
  const all = pods.filter((pod) => owned.has(controllerOf(pod)?.uid));
  const own = all.filter(isActive);
  const releases = new Set(own.map((pod) => pod.metadata.labels?.[RELEASE_LABEL] ?? null));
  return {
    object,
    replicas: object.spec.replicas ?? 1,
    pods: own.length,
    ready: own.filter(isReady).length,
    draining: drainingOf(object, all.filter(isDraining).length),
    byRelease: [...releases].map((release) => {
      const counted = own.filter((pod) => (pod.metadata.labels?.[RELEASE_LABEL] ?? null) === release);
      return { release, pods: counted.length, ready: counted.filter(isReady).length };
    }),
  };
}

/**
 * Number of draining pods: the lower one of `listed` and `status.terminatingReplicas` (Kubernetes 1.35). The status is
 * used only if it is of the current spec and the surplus pods are already deleted, because an older status may still be
 * 0.
 */
function drainingOf({ metadata, spec, status = {} }: Deployment, listed: number): number {
  const { terminatingReplicas, observedGeneration = 0, replicas = 0 } = status;
  const isCurrent = observedGeneration >= (metadata.generation ?? 0) && replicas <= (spec.replicas ?? 1);
  return terminatingReplicas !== undefined && isCurrent ? Math.min(terminatingReplicas, listed) : listed;
}

export const byKey = (objects: readonly KubeObject[]): ReadonlyMap<string, KubeObject> =>
  new Map(objects.map((object) => [keyOf(object), object]));
