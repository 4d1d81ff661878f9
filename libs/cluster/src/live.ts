import { RELEASE_LABEL, type KubeObject } from '@alloy/contracts';
import { controllerOf } from './controller-of';
import type { Deployment } from './json';
import { isActive, isDraining, isReady } from './pods';
import { keyOf } from './with-owner';

/** Pods of one template, told apart by the release label that they carry; null: none, as an adopted Deployment's. */
export interface PodCount {
  readonly release: string | null;
  /** Not terminating, ready or not. */
  readonly pods: number;
  readonly ready: number;
}

/** A Deployment and the pods that its ReplicaSets own, whatever their labels. */
export interface LiveWorkload {
  readonly object: Deployment;
  /** `spec.replicas`. */
  readonly replicas: number;
  readonly pods: number;
  readonly ready: number;
  /** Pods that were deleted and still run: they get no new connections and answer on open ones. */
  readonly draining: number;
  readonly byRelease: readonly PodCount[];
}

/** What one live read has found of a release's surroundings. */
export interface Live {
  readonly web: LiveWorkload | null;
  readonly canary: LiveWorkload | null;
  /** Shared objects of the bundles in question that exist, by `Kind/name`. */
  readonly shared: ReadonlyMap<string, KubeObject>;
  /** Copies made for this workload, of any release, by `Kind/name`. */
  readonly copies: ReadonlyMap<string, KubeObject>;
  /** The autoscaler that owns the number of `web`'s pods, and the most that it allows; null: there is none. */
  readonly hpa: { readonly max: number } | null;
}

/** The release label on the Deployment's own template; null: none. */
export const templateRelease = (object: Deployment): string | null => object.spec.template.metadata?.labels?.[RELEASE_LABEL] ?? null;

export const readyOf = (workload: LiveWorkload | null, release: string | null): number => workload?.byRelease.find((count) => count.release === release)?.ready ?? 0;

/** Counts the pods of a Deployment through owner references. */
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
 * As the server counts them in `status.terminatingReplicas` (Kubernetes 1.35), once that count is of the present spec, or as they are listed, whichever is lower:
 * a status follows the pods a little later, and one of before the deletion says 0. Before 1.35 the list is all there is.
 */
function drainingOf({ metadata, spec, status = {} }: Deployment, listed: number): number {
  const { terminatingReplicas, observedGeneration = 0, replicas = 0 } = status;
  const isCurrent = observedGeneration >= (metadata.generation ?? 0) && replicas <= (spec.replicas ?? 1);
  return terminatingReplicas !== undefined && isCurrent ? Math.min(terminatingReplicas, listed) : listed;
}

export const byKey = (objects: readonly KubeObject[]): ReadonlyMap<string, KubeObject> => new Map(objects.map((object) => [keyOf(object), object]));
