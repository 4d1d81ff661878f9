import type { ObjectEvent } from '@alloy/cluster';
import type { StoredEvent } from '@alloy/contracts';
import type { ReleaseEvent, State } from '@alloy/release';
import { chapterOf, type Chapter } from './chapter';

/** A chapter as it stands in the cluster, less the object that it is about. */
export type Told = Omit<ObjectEvent, 'regarding'>;

/** The story of a release so far, in its order: what happened again is one of it, with a count. Pure: the same log gives the same names. */
export function storyOf(events: readonly StoredEvent[], state: Exclude<State, { status: 'none' }>): readonly Told[] {
  const story = new Map<string, Told>();
  for (const event of events) {
    const chapter = chapterOf(event as unknown as ReleaseEvent, state);
    if (!chapter) continue;
    const key = `${chapter.reason} ${chapter.about ?? ''}`;
    const before = story.get(key);
    // Its words stay those of the first time: Kubernetes lets only the count change.
    story.set(key, before ? { ...before, count: before.count + 1, lastAt: event.occurredAt } : begin(chapter, event, state));
  }
  return [...story.values()];
}

function begin({ reason, type, note }: Chapter, { version, occurredAt }: StoredEvent, { releaseId, request }: Exclude<State, { status: 'none' }>): Told {
  return { name: nameOf(request.workload, releaseId, version), type, reason, action: reason, note, count: 1, firstAt: occurredAt, lastAt: occurredAt };
}

const WORKLOAD_LENGTH = 180;

/** By workload, release and the version of the event in the log; in the order of the story, as `kubectl describe` lists what has the same age. */
const nameOf = (workload: string, releaseId: string, version: number): string =>
  `${workload.slice(0, WORKLOAD_LENGTH)}.${releaseId.toLowerCase().replace(/[^a-z0-9-]/g, '-')}.${version.toString(16).padStart(6, '0')}`;
