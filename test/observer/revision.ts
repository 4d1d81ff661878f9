import type { KubeObject } from '@alloy/contracts';

/** One change of one object, as reported by a watch of the API server. */
export interface Revision {
  /** The server's counter over all objects (resourceVersion): the order of writes. */
  readonly at: number;
  readonly type: 'stored' | 'deleted';
  /** As stored; for a deletion, the last state. */
  readonly object: KubeObject;
  /** When the recorder received it, in ms since 1970; default: unknown. */
  readonly seenAt?: number;
}

/** The objects of the namespace at one point in time, by `Kind/name`. */
export type World = ReadonlyMap<string, KubeObject>;

/** A revision with the worlds before and after it. */
export interface Step {
  readonly revision: Revision;
  readonly before: World;
  readonly after: World;
}

export const keyOf = ({ kind, metadata }: KubeObject): string => `${kind}/${metadata.name}`;

/**
 * All steps, in the order of the server's store, for any order of the watches' reports. Repeated reports count once.
 */
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

/** The world after the last step. */
export const lastWorld = (steps: readonly Step[]): World => steps.at(-1)?.after ?? new Map();

/** The world that a live read at that resourceVersion returned. */
export const worldAt = (steps: readonly Step[], at: number): World =>
  steps.findLast(({ revision }) => revision.at <= at)?.after ?? new Map();
