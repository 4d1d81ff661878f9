import { CREATED_ANNOTATION, DIGEST_ANNOTATION, kindIdOf, type KubeObject } from '@alloy/contracts';
import type { NameHash } from './copies';
import { isFollower } from './followers';
import { formatFence, type Owner } from './fence';
import { annotate, withOwner } from './with-owner';
import { stableJson } from './stable-json';

/** A shared object, which keeps its name, with the keyed hash of its content. */
export interface Shared {
  /** The object as it is applied. */
  readonly object: KubeObject;
  /** The object as it is created, with the annotation of its creation. */
  readonly created: KubeObject;
  readonly digest: string;
}

const DIGEST_LENGTH = 32;

export function sharedOf(source: KubeObject, namespace: string, owner: Owner, nameHash: NameHash): Shared {
  const { status: _status, ...content } = source;
  const { name, labels, annotations } = source.metadata;
  const whole: KubeObject = { ...content, metadata: { name, ...(labels && { labels }), ...(annotations && { annotations }) } };
  const bare = isFollower(source) ? withoutReplicas(whole) : whole;
  const digest = nameHash(stableJson(bare)).slice(0, DIGEST_LENGTH);
  const owned = (object: KubeObject): KubeObject =>
    annotate(withOwner(object, namespace, owner, 'stable'), { [DIGEST_ANNOTATION]: digest });
  return { object: owned(bare), created: annotate(owned(whole), { [CREATED_ANNOTATION]: formatFence(owner.fence) }), digest };
}

/** A follower keeps its number of pods, which a user or an autoscaler may have changed since its creation. */
function withoutReplicas(object: KubeObject): KubeObject {
  const { replicas: _kept, ...spec } = (object['spec'] ?? {}) as { readonly replicas?: unknown };
  return { ...object, spec };
}

/** How an object that exists gets other content: by an apply, by a new object in its place, or not at all. */
export function changeOf(object: KubeObject): 'apply' | 'replace' | 'none' {
  switch (kindIdOf(object)) {
    // Its pod template is immutable.
    case 'Job.batch':
      return 'replace';
    // It holds data, and most of its fields are immutable.
    case 'PersistentVolumeClaim':
      return 'none';
    default:
      return 'apply';
  }
}

export const digestOf = (live: KubeObject): string | undefined => live.metadata.annotations?.[DIGEST_ANNOTATION];
