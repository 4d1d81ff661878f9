import { COPY_FOR_ANNOTATION, COPY_LABEL, type Bundle, type KubeObject } from '@alloy/contracts';
import type { Owner } from './fence';
import type { PodTemplate } from './json';
import { annotate, withOwner } from './with-owner';
import { referencesOf, rewriteReferences, type Reference } from './references';
import { stableJson } from './stable-json';

/** A keyed hash in hex. The key matters: without it, a weak secret could be guessed from the name of its copy. */
export type NameHash = (content: string) => string;

const HASH_LENGTH = 10;
const NAME_LIMIT = 253;

const isCopied = (object: KubeObject, references: readonly Reference[]): boolean =>
  references.some((reference) => reference.kind === object.kind && reference.name === object.metadata.name);

function copyName(object: KubeObject, nameHash: NameHash): string {
  const { kind, type, data, stringData, binaryData, metadata } = object;
  const hash = nameHash(stableJson({ kind, name: metadata.name, type, data, stringData, binaryData })).slice(0, HASH_LENGTH);
  return `${metadata.name.slice(0, NAME_LIMIT - HASH_LENGTH - 1)}-${hash}`;
}

/**
 * Names the immutable copies of the bundle's ConfigMaps and Secrets that the pod template reads. `sources`: what is
 * copied, by the name of the copy; `template`: the pod template with references to the copies.
 */
export function versioned(
  bundle: Bundle,
  template: PodTemplate,
  nameHash: NameHash,
): { readonly sources: ReadonlyMap<string, KubeObject>; readonly template: PodTemplate } {
  const references = referencesOf(template);
  const sources = new Map<string, KubeObject>();
  const names = new Map<string, string>();
  for (const object of bundle.objects.filter((candidate) => isCopied(candidate, references))) {
    const name = copyName(object, nameHash);
    sources.set(name, object);
    names.set(`${object.kind}/${object.metadata.name}`, name);
  }
  return { sources, template: rewriteReferences(template, ({ kind, name }) => names.get(`${kind}/${name}`) ?? name) };
}

/** The immutable copy of `source` to create: the same content under another name. */
export function copyOf(source: KubeObject, name: string, workload: string, namespace: string, owner: Owner): KubeObject {
  const { apiVersion, kind, type, data, stringData, binaryData } = source;
  const bare = {
    apiVersion,
    kind,
    metadata: { name, labels: { [COPY_LABEL]: 'true' } },
    type,
    data,
    stringData,
    binaryData,
    immutable: true,
  };
  const object = Object.fromEntries(Object.entries(bare).filter(([, value]) => value !== undefined)) as KubeObject;
  return annotate(withOwner(object, namespace, owner, 'stable'), { [COPY_FOR_ANNOTATION]: workload });
}
