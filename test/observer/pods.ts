import { controllerOf, isActive, isReady } from '@alloy/cluster';
import type { KubeObject } from '@alloy/contracts';
import type { Step, World } from './revision';

/** The Deployment of every recorded ReplicaSet, by the ReplicaSet's uid: pods may outlive both. */
export type Lineage = ReadonlyMap<string, string>;

export function lineageOf(steps: readonly Step[]): Lineage {
  const sets = steps.map(({ revision }) => revision.object).filter(({ kind }) => kind === 'ReplicaSet');
  return new Map(
    sets.flatMap((set) => (set.metadata.uid && controllerOf(set) ? [[set.metadata.uid, controllerOf(set)!.name] as const] : [])),
  );
}

export const deploymentOf = (pod: KubeObject, lineage: Lineage): string | undefined => lineage.get(controllerOf(pod)?.uid ?? '');

const objectsOf = (world: World, kind: string): readonly KubeObject[] => [...world.values()].filter((object) => object.kind === kind);

/** Ready pods of a Deployment, by owner references, regardless of their labels. */
export const readyPods = (world: World, deployment: string, lineage: Lineage): readonly KubeObject[] =>
  objectsOf(world, 'Pod').filter((pod) => isReady(pod) && deploymentOf(pod, lineage) === deployment);

/** Pods that traffic can reach: ready pods that match all the labels. */
export const readyMatching = (world: World, labels: Readonly<Record<string, string>>): readonly KubeObject[] =>
  objectsOf(world, 'Pod').filter(
    (pod) => isReady(pod) && Object.entries(labels).every(([key, value]) => pod.metadata.labels?.[key] === value),
  );

export const servicesOf = (world: World): readonly KubeObject[] => objectsOf(world, 'Service');

export const selectorOf = (service: KubeObject): Readonly<Record<string, string>> =>
  (service['spec'] as { readonly selector?: Readonly<Record<string, string>> } | undefined)?.selector ?? {};

/**
 * A ready pod that this step deletes because its ReplicaSet wants fewer; undefined: none. A pod that fails, or that a
 * user deletes, does not count.
 */
export function shedBy({ revision, before, after }: Step): KubeObject | undefined {
  const { object } = revision;
  const was = before.get(`Pod/${object.metadata.name}`);
  if (object.kind !== 'Pod' || !was || !isReady(was)) return undefined;
  const now = after.get(`Pod/${object.metadata.name}`);
  if (now && !isTerminating(now)) return undefined;
  return activePods(before, was) > wantedPods(before, was) ? was : undefined;
}

const isTerminating = (pod: KubeObject): boolean => pod.metadata['deletionTimestamp'] !== undefined;

const activePods = (world: World, pod: KubeObject): number =>
  objectsOf(world, 'Pod').filter((other) => isActive(other) && controllerOf(other)?.uid === controllerOf(pod)?.uid).length;

function wantedPods(world: World, pod: KubeObject): number {
  const set = objectsOf(world, 'ReplicaSet').find(({ metadata }) => metadata.uid === controllerOf(pod)?.uid);
  return (set?.['spec'] as { readonly replicas?: number } | undefined)?.replicas ?? 0;
}
