import { podTemplate, type KubeObject } from '@alloy/contracts';
import { parseAllDocuments } from 'yaml';
import type { ManifestFile } from '../files/read-manifests';

/** What a project file can take from manifests. */
export interface KnownOfManifests {
  /** The only namespace that the manifests name. */
  readonly namespace: string | undefined;
  /** The image repository of the only Deployment's only container. */
  readonly image: string | undefined;
  /** All image repositories of pods, sorted, without `image`. */
  readonly otherImages: readonly string[];
  readonly deployments: number;
}

interface Manifest {
  readonly apiVersion?: unknown;
  readonly kind?: unknown;
  readonly metadata?: { readonly namespace?: unknown } | null;
  readonly spec?: { readonly template?: { readonly spec?: { readonly containers?: unknown } } };
}

/** Reads no more than it can be sure of; a text that is not YAML gives nothing, because a release checks it. */
export function knownOfManifests(files: readonly ManifestFile[]): KnownOfManifests {
  const manifests = files.flatMap(({ text }) => parseAllDocuments(text, { logLevel: 'silent' })).flatMap((document) => {
    const value: unknown = document.errors.length === 0 ? document.toJS({ maxAliasCount: 10 }) : undefined;
    return typeof value === 'object' && value !== null ? [value as Manifest] : [];
  });
  const deployments = manifests.filter(({ kind }) => kind === 'Deployment');
  const images = deployments.flatMap(({ spec }) => {
    const containers: unknown = spec?.template?.spec?.containers;
    return Array.isArray(containers) ? containers.map((container) => (container as { image?: unknown } | null)?.image) : [];
  });
  const image = images.length === 1 ? repositoryOf(images[0]) : undefined;
  const all = manifests.flatMap(imagesIn).flatMap((one) => repositoryOf(one) ?? []);
  return {
    namespace: only(manifests.map(({ metadata }) => metadata?.namespace).filter((namespace) => namespace !== undefined)),
    image,
    otherImages: [...new Set(all)].filter((one) => one !== image).sort(),
    deployments: deployments.length,
  };
}

function imagesIn(manifest: Manifest): readonly unknown[] {
  if (typeof manifest.apiVersion !== 'string' || typeof manifest.kind !== 'string') return [];
  const spec = podTemplate(manifest as unknown as KubeObject)?.['spec'] as Readonly<Record<string, unknown>> | null | undefined;
  return ['initContainers', 'containers'].flatMap((list) => {
    const containers = spec?.[list];
    return Array.isArray(containers) ? containers.map((container) => (container as { image?: unknown } | null)?.image) : [];
  });
}

function only(values: readonly unknown[]): string | undefined {
  const [first, ...others] = new Set(values);
  return typeof first === 'string' && others.length === 0 ? first : undefined;
}

/** The reference without its tag and digest. */
const repositoryOf = (image: unknown): string | undefined =>
  typeof image === 'string' ? image.replace(/@.*$/, '').replace(/:[^:/]*$/, '') || undefined : undefined;
