import type { V1LabelSelector } from '@kubernetes/client-node';
import { COPY_FOR_ANNOTATION, COPY_LABEL, PROJECT_LABEL, TRACK_LABEL, type KubeObject } from '@alloy/contracts';
import { autoscalerOf } from './autoscaler';
import { controllerOf } from './controller-of';
import { isDeployment, type Deployment, type Json } from './json';
import { byKey, summarise, type Live, type LiveWorkload } from './live';
import { keyOf } from './with-owner';
import type { Cluster } from './ports';
import { readTraffic } from './routers/read-traffic';
import type { TrafficPlan } from '@alloy/release';
import { baselineName, canaryName } from './revision';

export interface Surroundings {
  readonly namespace: string;
  readonly workload: string;
  readonly project: string;
  /**
   * Manifests of the objects to read. They need not include the Deployment. If they do, its selector is used to list
   * the pods in parallel.
   */
  readonly shared: readonly KubeObject[];
  /** The objects of the release's router, if it has some. */
  readonly traffic?: TrafficPlan | undefined;
  /** Called with each shared object as soon as it has been read; `found` undefined: it is absent. */
  readonly onShared?: (manifest: KubeObject, found: KubeObject | undefined) => void;
}

/** What the caller has already read. */
export interface Known {
  /** Shared objects, copies and the autoscaler; default: they are read. */
  readonly rest?: Pick<Live, 'shared' | 'copies' | 'hpa'>;
  /**
   * Returns a ReplicaSet by namespace and name; its owner never changes. Default, and if it returns undefined: the
   * ReplicaSets are listed.
   */
  readonly replicaSet?: (namespace: string, name: string) => KubeObject | undefined;
}

/** Reads the Deployments, their pods, and everything else that `nextWrite` needs and that the caller has not read. */
export async function readLive(cluster: Cluster, surroundings: Surroundings, known: Known = {}): Promise<Live> {
  const { namespace, workload } = surroundings;
  const expected = selectorIn(surroundings);
  const [web, canary, baseline, rest, traffic, pods] = await Promise.all([
    deployment(cluster, namespace, workload),
    deployment(cluster, namespace, canaryName(workload)),
    deployment(cluster, namespace, baselineName(workload)),
    known.rest ?? readRest(cluster, surroundings),
    surroundings.traffic && readTraffic(cluster, namespace, surroundings.traffic),
    expected === undefined ? undefined : readPods(cluster, namespace, expected, known),
  ]);
  const others = { ...rest, ...(traffic && { traffic }) };
  // The selector of a canary is that of the user with the track, unless its pods are kept out of the user's Service.
  const selectors = new Set(
    [web, canary, baseline].flatMap((deployment) => (deployment ? [selectorText(deployment.spec.selector)] : [])),
  );
  const lists = await Promise.all(
    [...selectors].map((selector) => (pods && selector === expected ? pods : readPods(cluster, namespace, selector, known))),
  );
  const sets = distinct(lists.flatMap(({ replicaSets }) => replicaSets));
  const all = distinct(lists.flatMap((list) => list.pods));
  const counted = (deployment: Deployment | null): LiveWorkload | null => deployment && summarise(deployment, sets, all);
  return { web: counted(web), canary: counted(canary), baseline: counted(baseline), ...others };
}

const distinct = (objects: readonly KubeObject[]): readonly KubeObject[] =>
  [...new Map(objects.map((object) => [object.metadata.uid ?? object.metadata.name, object])).values()];

async function readRest(cluster: Cluster, surroundings: Surroundings): Promise<Pick<Live, 'shared' | 'copies' | 'hpa'>> {
  const { namespace, workload } = surroundings;
  const [shared, copies, hpa] = await Promise.all([
    readShared(cluster, surroundings),
    readCopies(cluster, surroundings),
    autoscaler(cluster, namespace, workload),
  ]);
  return { shared, copies, hpa };
}

const isWorkload = ({ kind, metadata }: KubeObject, workload: string): boolean => kind === 'Deployment' && metadata.name === workload;

/** The selector of the manifest. That of the live Deployment can differ only before the inspection. */
function selectorIn({ workload, shared }: Surroundings): string | undefined {
  const manifest = shared.find((object) => isWorkload(object, workload));
  return manifest && isDeployment(manifest) ? selectorText(manifest.spec.selector) : undefined;
}

async function deployment(cluster: Cluster, namespace: string, name: string): Promise<Deployment | null> {
  const found = await cluster.get({ apiVersion: 'apps/v1', kind: 'Deployment', namespace, name });
  return found && isDeployment(found) ? found : null;
}

interface Pods {
  readonly replicaSets: readonly KubeObject[];
  readonly pods: readonly KubeObject[];
}

async function readPods(cluster: Cluster, namespace: string, labels: string, { replicaSet }: Known): Promise<Pods> {
  const listSets = () => cluster.list({ apiVersion: 'apps/v1', kind: 'ReplicaSet', namespace, labels });
  const listPods = () => cluster.list({ apiVersion: 'v1', kind: 'Pod', namespace, labels });
  if (!replicaSet) {
    const [replicaSets, pods] = await Promise.all([listSets(), listPods()]);
    return { replicaSets, pods };
  }
  const pods = await listPods();
  const owners = new Map(
    pods
      .flatMap((pod) => controllerOf(pod) ?? [])
      .filter(({ kind }) => kind === 'ReplicaSet')
      .map((owner) => [owner.uid, owner]),
  );
  const known = [...owners.values()].flatMap(({ uid, name }) =>
    [replicaSet(namespace, name)].filter((set) => set?.metadata.uid === uid).map((set) => set!),
  );
  return { replicaSets: known.length === owners.size ? known : await listSets(), pods };
}

async function readShared(
  cluster: Cluster, { namespace, workload, shared, onShared }: Surroundings,
): Promise<ReadonlyMap<string, KubeObject>> {
  const wanted = new Map(shared.filter((object) => !isWorkload(object, workload)).map((object) => [keyOf(object), object]));
  const found = await Promise.all(
    [...wanted.values()].map(async (manifest) => {
      const { apiVersion, kind, metadata: { name } } = manifest;
      const object = await cluster.get({ apiVersion, kind, namespace, name });
      onShared?.(manifest, object);
      return object;
    }),
  );
  return byKey(found.filter((object) => object !== undefined));
}

async function readCopies(cluster: Cluster, { namespace, project, workload }: Surroundings): Promise<ReadonlyMap<string, KubeObject>> {
  const labels = `${COPY_LABEL}=true,${PROJECT_LABEL}=${project}`;
  const lists = await Promise.all(['ConfigMap', 'Secret'].map((kind) => cluster.list({ apiVersion: 'v1', kind, namespace, labels })));
  return byKey(lists.flat().filter((object) => object.metadata.annotations?.[COPY_FOR_ANNOTATION] === workload));
}

async function autoscaler(cluster: Cluster, namespace: string, workload: string): Promise<Live['hpa']> {
  return autoscalerOf(workload, await cluster.list({ apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', namespace }));
}

/** The selector of a Deployment in the grammar of list requests, without the track. */
export function selectorText({ matchLabels, matchExpressions }: Json<V1LabelSelector>): string {
  const equal = Object.entries(matchLabels ?? {}).filter(([key]) => key !== TRACK_LABEL).map(([key, value]) => `${key}=${value}`);
  return [...equal, ...(matchExpressions ?? []).map(expressionText)].join(',');
}

function expressionText({ key, operator, values }: NonNullable<Json<V1LabelSelector>['matchExpressions']>[number]): string {
  if (operator === 'Exists') return key;
  if (operator === 'DoesNotExist') return `!${key}`;
  return `${key} ${operator === 'In' ? 'in' : 'notin'} (${(values ?? []).join(',')})`;
}
