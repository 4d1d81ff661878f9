import type { ObjectEvent } from '@alloy/cluster';
import type { StoredEvent } from '@alloy/contracts';
import { kubernetesEventOf as chapterOf, type ActiveState as Known, type KubernetesEvent as Chapter } from '@alloy/catalogue';
import { isoOf, type ReleaseEvent } from '@alloy/release';

/** A chapter as it stands in the cluster, less the object that it is about. */
export type Told = Omit<ObjectEvent, 'regarding'>;

/** The story of a release so far, in its order: what happened again is one of it, with a count. Pure: the same log gives the same names and times. */
export function storyOf(events: readonly StoredEvent[], state: Known): readonly Told[] {
  const story = new Map<string, Told>();
  let listed = 0;
  for (const event of events) {
    const chapter = chapterOf(event as unknown as ReleaseEvent, state);
    if (!chapter) continue;
    // Whole seconds, each its own: kubectl sorts by no less, and mixes what is equal.
    listed = Math.max(listed + SECOND, Math.floor(Date.parse(event.occurredAt) / SECOND) * SECOND);
    const key = `${chapter.reason} ${chapter.subject ?? ''}`;
    const before = story.get(key);
    // Its words stay those of the first time: Kubernetes lets only the count change.
    const first = before ?? begin(chapter, event, state);
    story.set(key, { ...first, count: first.count + 1, lastAt: event.occurredAt, listedAt: isoOf(listed) });
  }
  return [...story.values()];
}

const SECOND = 1_000;

function begin({ reason, type, note }: Chapter, { version, occurredAt }: StoredEvent, { releaseId, request }: Known): Omit<Told, 'lastAt' | 'listedAt'> {
  return { name: nameOf(request.workload, releaseId, version), type, reason, action: reason, note, count: 0, firstAt: occurredAt };
}

const WORKLOAD_LENGTH = 180;

/** By workload, release and the version of the first event in the log: in the order of the story. */
const nameOf = (workload: string, releaseId: string, version: number): string =>
  `${workload.slice(0, WORKLOAD_LENGTH)}.${releaseId.toLowerCase().replace(/[^a-z0-9-]/g, '-')}.${version.toString(16).padStart(6, '0')}`;
