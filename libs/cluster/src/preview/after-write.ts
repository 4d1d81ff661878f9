import { COPY_LABEL, FENCE_ANNOTATION, type KubeObject } from '@alloy/contracts';
import { formatFence } from '../fence';
import { aimOf, boundsOf, isHeld } from '../hold';
import { isDeployment, type Deployment } from '../json';
import { templateRelease, type Live, type LiveTraffic, type LiveWorkload } from '../live';
import { managedFieldsOf, type ManagedFields } from '../managed-fields';
import { baselineName, canaryName } from '../revision';
import { canaryIngressRef } from '../routers/nginx-ingress/ingress';
import { keyOfRef, ownerLabels } from '../with-owner';
import { targetOf, type Write } from '../write';
import { ownersAfterApply } from './owners-after-apply';

/** The live state after the write, as the API server would store it; controllers have not acted yet. Pure. */
export function afterWrite(before: Live, write: Write, workload: string): Live {
  let live = before;
  const { kind, name } = targetOf(write);
  const track = kind === 'Deployment' ? tracksOf(workload)[name] : undefined;
  if (track) return { ...live, [track]: workloadAfter(live[track] ?? null, write) };
  const key = keyOfRef(targetOf(write));
  const part = live.traffic && partOf(live.traffic, key);
  if (part === 'canaryService' || part === 'canaryIngress') return withPart(live, part, write);
  if (part) live = withPart(live, part, write);
  const isCopy = live.copies.has(key) || ('object' in write && write.object.metadata.labels?.[COPY_LABEL] !== undefined);
  const where = isCopy ? 'copies' : 'shared';
  return { ...live, [where]: changed(live[where], key, objectAfter(live[where].get(key), write)) };
}

const tracksOf = (workload: string): Readonly<Record<string, 'web' | 'canary' | 'baseline'>> =>
  ({ [workload]: 'web', [canaryName(workload)]: 'canary', [baselineName(workload)]: 'baseline' });

type TrafficPart = 'route' | 'service' | 'canaryService' | 'canaryIngress';

/** The router's object that a write changes. */
function partOf({ plan }: LiveTraffic, key: string): TrafficPart | undefined {
  if (plan.route && key === keyOfRef(plan.route)) return 'route';
  if (plan.canaryIngress && key === keyOfRef(canaryIngressRef(plan.canaryIngress))) return 'canaryIngress';
  if (key === `Service/${plan.canaryService}`) return 'canaryService';
  return key === `Service/${plan.service}` ? 'service' : undefined;
}

const withPart = (live: Live, part: TrafficPart, write: Write): Live =>
  ({ ...live, traffic: { ...live.traffic!, [part]: objectAfter(live.traffic![part] ?? undefined, write) ?? null } });

function changed(objects: Live['shared'], key: string, object: KubeObject | undefined): Live['shared'] {
  const others = [...objects].filter(([known]) => known !== key);
  return new Map(object ? [...others, [key, object]] : others);
}

function workloadAfter(before: LiveWorkload | null, write: Write): LiveWorkload | null {
  if (write.verb === 'scale') return before && withReplicas(before, write.replicas);
  const object = objectAfter(before?.object, write);
  if (!object || !isDeployment(object)) return null;
  if (!before) return { object, replicas: object.spec.replicas ?? 1, pods: 0, ready: 0, draining: 0, byRelease: [] };
  return { ...before, object: { ...object, spec: { ...object.spec, replicas: before.replicas } } };
}

const withReplicas = (before: LiveWorkload, replicas: number): LiveWorkload =>
  ({ ...before, replicas, object: { ...before.object, spec: { ...before.object.spec, replicas } } });

/** Undefined: the object does not exist after the write. */
function objectAfter(before: KubeObject | undefined, write: Write): KubeObject | undefined {
  switch (write.verb) {
    case 'create':
      return { ...write.object, metadata: { ...write.object.metadata, uid: 'preview', resourceVersion: '1' } };
    case 'apply':
      return { ...before, ...write.object, metadata: { ...merged(before, write.object.metadata), ...ownersOf(before, write.object) } };
    case 'fence': {
      const { owner } = write;
      return before && {
        ...before,
        metadata: merged(before, {
          name: before.metadata.name, labels: ownerLabels(owner), annotations: { [FENCE_ANNOTATION]: formatFence(owner.fence) },
        }),
      };
    }
    case 'route':
      return before && {
        ...before, ...(write.spec && { spec: { ...(before['spec'] as object), ...write.spec } }),
        metadata: withAnnotations(before.metadata, write.annotations),
      };
    case 'select':
      return before && {
        ...before, ...(write.selector && { spec: { ...(before['spec'] as object), selector: withoutNulls(write.selector) } }),
        metadata: merged(before, { name: before.metadata.name, annotations: write.annotations }),
      };
    case 'adoptFields':
      return before && { ...before, metadata: { ...before.metadata, managedFields: write.managedFields } };
    case 'handBack':
      return before && { ...before, metadata: withoutKeys(before.metadata, write) };
    case 'scale':
      return before && { ...before, spec: { ...(before['spec'] as object | undefined), replicas: write.replicas } };
    case 'delete':
      return undefined;
  }
}

const withAnnotations = (metadata: KubeObject['metadata'], patch: Readonly<Record<string, string | null>>): KubeObject['metadata'] =>
  ({ ...metadata, annotations: withoutNulls({ ...metadata.annotations, ...patch }) });

const withoutNulls = (patch: Readonly<Record<string, string | null>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(patch).filter((entry): entry is [string, string] => entry[1] !== null));

type Keys = Pick<Extract<Write, { verb: 'handBack' }>, 'labels' | 'annotations'>;

function withoutKeys(metadata: KubeObject['metadata'], { labels, annotations }: Keys): KubeObject['metadata'] {
  const left = (from: Readonly<Record<string, string>> = {}, keys: readonly string[]) =>
    Object.fromEntries(Object.entries(from).filter(([key]) => !keys.includes(key)));
  return { ...metadata, labels: left(metadata.labels, labels), annotations: left(metadata.annotations, annotations) };
}

const ownersOf = (before: KubeObject | undefined, applied: KubeObject): { readonly managedFields?: readonly ManagedFields[] } =>
  before?.metadata['managedFields'] === undefined ? {} : { managedFields: ownersAfterApply(managedFieldsOf(before), applied) };

const merged = (before: KubeObject | undefined, { labels, annotations, ...metadata }: KubeObject['metadata']): KubeObject['metadata'] => ({
  ...before?.metadata,
  ...metadata,
  labels: { ...before?.metadata.labels, ...labels },
  annotations: { ...before?.metadata.annotations, ...annotations },
});

/** The live state once all controllers have succeeded: every pod is ready, of the current template. Pure. */
export const settled = (live: Live): Live => ({
  ...live,
  web: live.web && settledWorkload(live.web),
  canary: live.canary && settledWorkload(live.canary),
  baseline: live.baseline ? settledWorkload(live.baseline) : null,
  shared: new Map([...live.shared].map(([key, object]) => [key, settledObject(object)])),
});

function settledWorkload({ object, replicas, byRelease: before }: LiveWorkload): LiveWorkload {
  const release = templateRelease(object);
  const { fresh, old } = isHeld(object) ? aimOf(boundsOf(object), replicas) : { fresh: replicas, old: 0 };
  // A rollback, or another client, has restored the old template.
  const earlier = before.find((count) => count.release !== release);
  const counts = [{ release, pods: fresh }, ...(earlier ? [{ release: earlier.release, pods: old }] : [])].filter(({ pods }) => pods > 0);
  const pods = counts.reduce((sum, count) => sum + count.pods, 0);
  return { object, replicas, pods, ready: pods, draining: 0, byRelease: counts.map((count) => ({ ...count, ready: count.pods })) };
}

/** A status that means done to the readers of all kinds of workloads. */
function settledObject(object: KubeObject): KubeObject {
  const replicas = ((object as Partial<Deployment>).spec?.replicas as number | undefined) ?? 1;
  const pods = { replicas, updatedReplicas: replicas, readyReplicas: replicas, availableReplicas: replicas };
  const daemons = { desiredNumberScheduled: 0, updatedNumberScheduled: 0, numberAvailable: 0 };
  const conditions = [{ type: 'Complete', status: 'True' }];
  return { ...object, status: { observedGeneration: Number.MAX_SAFE_INTEGER, ...pods, ...daemons, conditions } };
}

