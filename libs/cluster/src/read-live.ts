import { COPY_FOR_ANNOTATION, COPY_LABEL, PROJECT_LABEL, TRACK_LABEL, type KubeObject } from '@alloy/contracts';
import { autoscalerOf } from './autoscaler';
import { isDeployment, type Deployment, type LabelSelector } from './kube-types';
import { byKey, summarise, type Live, type LiveWorkload } from './live';
import { keyOf } from './marks';
import type { Cluster, ObjectRef } from './ports';
import { canaryName } from './revision';

export interface Surroundings {
  readonly namespace: string;
  readonly workload: string;
  readonly project: string;
  /** Objects whose live counterparts matter; the Deployment itself need not be among them. */
  readonly shared: readonly KubeObject[];
}

/** One live read of everything that `nextWrite` looks at; never from a cache. */
export async function readLive(cluster: Cluster, surroundings: Surroundings): Promise<Live> {
  const { namespace, workload } = surroundings;
  const [web, canary, shared, copies, hpa] = await Promise.all([
    deployment(cluster, namespace, workload),
    deployment(cluster, namespace, canaryName(workload)),
    readShared(cluster, surroundings),
    readCopies(cluster, surroundings),
    autoscaler(cluster, namespace, workload),
  ]);
  const [webPods, canaryPods] = await withPods(cluster, namespace, web, canary);
  return { web: webPods, canary: canaryPods, shared, copies, hpa };
}

async function deployment(cluster: Cluster, namespace: string, name: string): Promise<Deployment | null> {
  const found = await cluster.get({ apiVersion: 'apps/v1', kind: 'Deployment', namespace, name });
  return found && isDeployment(found) ? found : null;
}

async function withPods(cluster: Cluster, namespace: string, web: Deployment | null, canary: Deployment | null): Promise<readonly [LiveWorkload | null, LiveWorkload | null]> {
  const first = web ?? canary;
  if (!first) return [null, null];
  // The canary's selector is the user's and the track: the user's finds the pods of both.
  const labels = selectorText(first.spec.selector);
  const [replicaSets, pods] = await Promise.all([
    cluster.list({ apiVersion: 'apps/v1', kind: 'ReplicaSet', namespace, labels }),
    cluster.list({ apiVersion: 'v1', kind: 'Pod', namespace, labels }),
  ]);
  return [web && summarise(web, replicaSets, pods), canary && summarise(canary, replicaSets, pods)];
}

async function readShared(cluster: Cluster, { namespace, shared }: Surroundings): Promise<ReadonlyMap<string, KubeObject>> {
  const wanted = new Map(shared.filter((object) => object.kind !== 'Deployment').map((object) => [keyOf(object), object]));
  const refs: ObjectRef[] = [...wanted.values()].map(({ apiVersion, kind, metadata }) => ({ apiVersion, kind, namespace, name: metadata.name }));
  const found = await Promise.all(refs.map((ref) => cluster.get(ref)));
  return byKey(found.filter((object) => object !== undefined));
}

async function readCopies(cluster: Cluster, { namespace, project, workload }: Surroundings): Promise<ReadonlyMap<string, KubeObject>> {
  const labels = `${COPY_LABEL}=true,${PROJECT_LABEL}=${project}`;
  const lists = await Promise.all(['ConfigMap', 'Secret'].map((kind) => cluster.list({ apiVersion: 'v1', kind, namespace, labels })));
  return byKey(lists.flat().filter((object) => object.metadata.annotations?.[COPY_FOR_ANNOTATION] === workload));
}

async function autoscaler(cluster: Cluster, namespace: string, workload: string): Promise<Live['hpa']> {
  const apiVersion = (await cluster.serves('autoscaling/v2', 'HorizontalPodAutoscaler')) ? 'autoscaling/v2' : 'autoscaling/v1';
  return autoscalerOf(workload, await cluster.list({ apiVersion, kind: 'HorizontalPodAutoscaler', namespace }));
}

/** A Deployment's selector in the grammar of list calls, less the track. */
export function selectorText({ matchLabels, matchExpressions }: LabelSelector): string {
  const equal = Object.entries(matchLabels ?? {}).filter(([key]) => key !== TRACK_LABEL).map(([key, value]) => `${key}=${value}`);
  return [...equal, ...(matchExpressions ?? []).map(expressionText)].join(',');
}

function expressionText({ key, operator, values }: NonNullable<LabelSelector['matchExpressions']>[number]): string {
  if (operator === 'Exists') return key;
  if (operator === 'DoesNotExist') return `!${key}`;
  return `${key} ${operator === 'In' ? 'in' : 'notin'} (${(values ?? []).join(',')})`;
}
