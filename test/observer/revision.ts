import type { KubeObject } from '@alloy/contracts';

/** One change of one object, as the API server told it to a watch. */
export interface Revision {
  /** The server's own counter over all objects (resourceVersion): the order in which things were stored. */
  readonly at: number;
  readonly type: 'stored' | 'deleted';
  /** As stored; of a deletion, as it last was. */
  readonly object: KubeObject;
  /** When the recorder received it, in ms since 1970; default: not known. */
  readonly seenAt?: number;
}

/** What is in the namespace at one moment, by `Kind/name`. */
export type World = ReadonlyMap<string, KubeObject>;

/** A revision between the moment before it and the moment after it. */
export interface Step {
  readonly revision: Revision;
  readonly before: World;
  readonly after: World;
}

export const keyOf = ({ kind, metadata }: KubeObject): string => `${kind}/${metadata.name}`;

/** Every moment, in the order of the server's store, however the watches mixed them up. What was told twice counts once. */
export function replay(revisions: readonly Revision[]): readonly Step[] {
  const ordered = [...revisions].sort((a, b) => a.at - b.at);
  const steps: Step[] = [];
  let before: World = new Map();
  for (const revision of ordered) {
    const key = keyOf(revision.object);
    if (before.get(key)?.metadata.resourceVersion === String(revision.at) && revision.type === 'stored') continue;
    const after = new Map(before);
    if (revision.type === 'deleted') after.delete(key);
    else after.set(key, revision.object);
    steps.push({ revision, before, after });
    before = after;
  }
  return steps;
}

/** The world as it is after the last step. */
export const lastWorld = (steps: readonly Step[]): World => steps.at(-1)?.after ?? new Map();

/** The world as a live read at that resourceVersion found it. */
export const worldAt = (steps: readonly Step[], at: number): World => steps.findLast(({ revision }) => revision.at <= at)?.after ?? new Map();
