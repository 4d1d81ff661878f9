import { chainHash, noHead, type Head } from '@alloy/audit';
import type { StoredEvent } from '@alloy/contracts';
import { InvalidEvent } from './errors';
import { normalise } from './normalise';
import { VersionConflict, type StreamAppend } from './ports';

/** Validates the events and converts them to plain JSON; throws `InvalidEvent`. */
export function prepare(appends: readonly StreamAppend[]): readonly StreamAppend[] {
  const prepared = appends.filter((a) => a.events.length > 0).map((a) => ({ ...a, events: a.events.map(normalise) }));
  const ids = prepared.flatMap((a) => a.events.map((e) => e.id));
  const twice = ids.find((id, i) => ids.indexOf(id) !== i);
  if (twice !== undefined) throw new InvalidEvent(twice, 'the id occurs twice in one append');
  const streams = new Set(prepared.map((a) => a.stream));
  if (streams.size !== prepared.length) throw new InvalidEvent(ids[0] ?? '', 'a stream occurs twice in one append');
  return prepared;
}

/** The events with version, time and hash; throws `VersionConflict` if a head is not the expected one. */
export function record(appends: readonly StreamAppend[], heads: ReadonlyMap<string, Head>, occurredAt: string): readonly StoredEvent[] {
  return appends.flatMap((append) => recordStream(append, heads.get(append.stream) ?? noHead, occurredAt));
}

function recordStream({ stream, expected, events }: StreamAppend, head: Head, occurredAt: string): readonly StoredEvent[] {
  if (expected !== 'any' && expected !== head.version) throw new VersionConflict(stream, expected, head.version);
  let { version, hash } = head;
  return events.map((event) => {
    version += 1;
    const envelope = { ...event, stream, version, occurredAt };
    hash = chainHash(hash, envelope);
    return { ...envelope, hash };
  });
}
