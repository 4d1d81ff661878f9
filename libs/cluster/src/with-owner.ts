import {
  ENVIRONMENT_LABEL,
  FENCE_ANNOTATION,
  PROJECT_LABEL,
  RELEASE_LABEL,
  TRACK_LABEL,
  kindIdOf,
  type KubeObject,
  type Track,
} from '@alloy/contracts';
import { formatFence, type Owner } from './fence';

/** The labels of the owner, for selectors and for users. */
export const ownerLabels = ({ project, environment }: Pick<Owner, 'project' | 'environment'>): Readonly<Record<string, string>> => ({
  [PROJECT_LABEL]: project,
  [ENVIRONMENT_LABEL]: environment,
});

/** The object as Alloy writes it: in its namespace, with the labels and the fencing annotation of the owner. */
export function withOwner<T extends KubeObject>(object: T, namespace: string, owner: Owner, track: Track): T {
  const { labels, annotations } = object.metadata;
  const metadata = {
    ...object.metadata,
    namespace,
    labels: { ...labels, ...ownerLabels(owner), [RELEASE_LABEL]: owner.releaseId, [TRACK_LABEL]: track },
    annotations: { ...annotations, [FENCE_ANNOTATION]: formatFence(owner.fence) },
  };
  return { ...object, metadata };
}

export const annotate = <T extends KubeObject>(object: T, annotations: Readonly<Record<string, string>>): T => ({
  ...object,
  metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, ...annotations } },
});

interface Named {
  readonly apiVersion: string;
  readonly kind: string;
}

/** The key of an object in maps: its kind with its group, and its name, without the namespace. */
export const keyOf = (object: Named & { readonly metadata: { readonly name: string } }): string =>
  `${kindIdOf(object)}/${object.metadata.name}`;
/** The same key for a reference to the object. */
export const keyOfRef = (ref: Named & { readonly name: string }): string => `${kindIdOf(ref)}/${ref.name}`;
