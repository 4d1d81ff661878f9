import { CREATED_ANNOTATION, DIGEST_ANNOTATION, type KubeObject } from '@alloy/contracts';
import type { NameHash } from './copies';
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
  const bare: KubeObject = { ...content, metadata: { name, ...(labels && { labels }), ...(annotations && { annotations }) } };
  const digest = nameHash(stableJson(bare)).slice(0, DIGEST_LENGTH);
  const object = annotate(withOwner(bare, namespace, owner, 'stable'), { [DIGEST_ANNOTATION]: digest });
  return { object, created: annotate(object, { [CREATED_ANNOTATION]: formatFence(owner.fence) }), digest };
}

export const digestOf = (live: KubeObject): string | undefined => live.metadata.annotations?.[DIGEST_ANNOTATION];
