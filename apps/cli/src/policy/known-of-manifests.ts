import { kindIdOf, neverWritten, podTemplate, type KubeObject } from '@alloy/contracts';
import { parseAllDocuments } from 'yaml';
import type { ManifestFile } from '../files/read-manifests';

/** A Deployment that a project can release progressively. */
export interface KnownService {
  readonly workload: string;
  /** The image repositories of its containers, each once; a release replaces the tag of one. */
  readonly images: readonly string[];
  /** Names of the Services that select its pods. */
  readonly services: readonly string[];
  /** Files with the Deployment or one of these Services, each once. */
  readonly files: readonly string[];
}

/** What a project file can take from manifests. */
export interface KnownOfManifests {
  /** The only namespace that the manifests name; objects that no release writes are ignored. */
  readonly namespace: string | undefined;
  /** The only Deployment, else those whose pods a Service selects. Other Deployments follow one of them. */
  readonly services: readonly KnownService[];
  /** All image repositories of pods, sorted. */
  readonly images: readonly string[];
  readonly deployments: number;
  /** Names of Deployments that are not among `services`. */
  readonly followers: readonly string[];
}

interface Manifest {
  readonly file: string;
  readonly object: KubeObject;
}
type Fields = Readonly<Record<string, unknown>>;

/** Reads no more than it can be sure of; a text that is not YAML gives nothing, because a release checks it. */
export function knownOfManifests(files: readonly ManifestFile[]): KnownOfManifests {
  const manifests = files.flatMap(objectsIn);
  const deployments = manifests.filter(({ object }) => object.kind === 'Deployment' && typeof object.metadata.name === 'string');
  const all = deployments.map((one) => serviceOf(one, manifests));
  const services = all.length === 1 ? all : all.filter((one) => one.services.length > 0);
  const written = manifests.filter(({ object }) => neverWritten(kindIdOf(object)) === undefined);
  return {
    namespace: only(written.map(({ object }) => object.metadata.namespace).filter((namespace) => namespace !== undefined)),
    services,
    images: [...new Set(manifests.flatMap(({ object }) => imagesIn(object, ['initContainers', 'containers'])))].sort(),
    deployments: deployments.length,
    followers: all.filter((one) => !services.includes(one)).map(({ workload }) => workload),
  };
}

function objectsIn({ name, text }: ManifestFile): readonly Manifest[] {
  const values = parseAllDocuments(text, { logLevel: 'silent', merge: true }).flatMap((document): readonly unknown[] =>
    document.errors.length === 0 ? itemsOf(document.toJS({ maxAliasCount: 10 })) : []);
  return values.flatMap((value) => {
    const { apiVersion, kind, metadata } = recordOf(value);
    if (typeof apiVersion !== 'string' || typeof kind !== 'string') return [];
    return [{ file: name, object: { ...recordOf(value), apiVersion, kind, metadata: recordOf(metadata) } as KubeObject }];
  });
}

/** The items of a List, else the object itself. */
function itemsOf(value: unknown): readonly unknown[] {
  const { kind, items } = recordOf(value);
  return kind === 'List' && Array.isArray(items) ? items.flatMap(itemsOf) : [value];
}

function serviceOf({ file, object }: Manifest, manifests: readonly Manifest[]): KnownService {
  const labels = recordOf(recordOf(podTemplate(object)?.['metadata'])['labels']);
  const services = manifests.filter((one) => one.object.kind === 'Service' && selects(recordOf(one.object['spec'])['selector'], labels));
  return {
    workload: object.metadata.name,
    images: [...new Set(imagesIn(object, ['containers']))],
    services: services.map((service) => service.object.metadata.name),
    files: [...new Set([file, ...services.map((service) => service.file)])],
  };
}

function selects(selector: unknown, labels: Fields): boolean {
  const pairs = Object.entries(recordOf(selector));
  return pairs.length > 0 && pairs.every(([key, value]) => labels[key] === value);
}

function imagesIn(object: KubeObject, lists: readonly string[]): readonly string[] {
  const pod = recordOf(podTemplate(object)?.['spec']);
  return lists
    .flatMap((list) => (Array.isArray(pod[list]) ? (pod[list] as readonly unknown[]) : []))
    .flatMap((container) => repositoryOf(recordOf(container)['image']) ?? []);
}

const recordOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};

function only(values: readonly unknown[]): string | undefined {
  const [first, ...others] = new Set(values);
  return typeof first === 'string' && others.length === 0 ? first : undefined;
}

/** The reference without its tag and digest. */
const repositoryOf = (image: unknown): string | undefined =>
  typeof image === 'string' ? image.replace(/@.*$/, '').replace(/:[^:/]*$/, '') || undefined : undefined;
