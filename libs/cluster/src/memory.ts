import type { KubeObject } from '@alloy/contracts';
import type { Desired } from './desired';
import type { Deployment } from './kube-types';
import type { Live, LiveWorkload } from './live';
import { nextWrite } from './next-write';
import type { Write } from './write';

const own = (values: Readonly<Record<string, string>> | undefined): Readonly<Record<string, string>> => Object.fromEntries(Object.entries(values ?? {}).filter(([key]) => key.startsWith('alloy.dev/')));

/** Who and which an object is, and Alloy's own marks; nobody's content. */
function outline({ apiVersion, kind, metadata }: KubeObject): KubeObject {
  const { name, namespace, uid, resourceVersion, labels, annotations } = metadata;
  return { apiVersion, kind, metadata: { name, ...(namespace !== undefined && { namespace }), uid, resourceVersion, labels: own(labels), annotations: own(annotations) } };
}

/** The same of a Deployment, with its numbers and the marks on its template. */
export function outlineOf(deployment: Deployment): Deployment {
  const { replicas, selector, strategy, template } = deployment.spec;
  const spec = { selector, ...(replicas !== undefined && { replicas }), ...(strategy && { strategy }), template: { metadata: { labels: own(template.metadata?.labels) }, spec: { containers: [] } } };
  return { ...outline(deployment), spec };
}

/** What is kept of a look for the next decision. Pods that were counted then may be gone. */
export function memoryOf(live: Live): Live {
  const shorter = (workload: LiveWorkload | null): LiveWorkload | null => workload && { ...workload, object: outlineOf(workload.object) };
  const outlines = (objects: Live['shared']): Live['shared'] => new Map([...objects].map(([key, object]) => [key, outline(object)]));
  return { ...live, web: shorter(live.web), canary: shorter(live.canary), shared: outlines(live.shared), copies: outlines(live.copies) };
}

/** A memory with the Deployments as a watch told of them last; undefined: it does not know of one that was there. */
export function refreshed(memory: Live, find: (name: string) => Deployment | undefined): Live | undefined {
  const { web, canary } = memory;
  const [newWeb, newCanary] = [web, canary].map((workload) => workload && withObject(workload, find(workload.object.metadata.name)));
  return newWeb === undefined || newCanary === undefined ? undefined : { ...memory, web: newWeb, canary: newCanary };
}

const withObject = (workload: LiveWorkload, object: Deployment | undefined): LiveWorkload | undefined => object && { ...workload, object, replicas: object.spec.replicas ?? 1 };

/**
 * The write that a decision may begin with before anything is read: a mark on an object, refused if that has changed since, or the creation of one, refused if it exists.
 * Neither moves a pod of what runs. undefined: look first. Pure.
 */
export function writeFromMemory(desired: Desired, memory: Live): Write | undefined {
  const next = nextWrite(desired, memory);
  return next.kind === 'write' && (next.write.verb === 'fence' || next.write.verb === 'create') ? next.write : undefined;
}
