import type { StoredEvent } from '@alloy/contracts';
import { chainHash, GENESIS_HASH } from './hash';
import type { Head } from './head';

/** Why an event does not fit its stream. */
export type Flaw = 'edited' | 'gap' | 'fork';
export type TamperingCode = Flaw | 'foreign' | 'truncated';

/** A position at which a stream differs from what was appended. */
export interface Tampering {
  readonly stream: string;
  readonly version: number;
  readonly code: TamperingCode;
}

/**
 * Recomputes the hashes of a whole stream from its first event and returns the differences; empty: none found.
 * `events`: as stored (`read` with `raw`), by version. `head`: a head known from another source, needed to detect
 * missing last events.
 */
export function verifyChain(events: readonly StoredEvent[], head?: Head): readonly Tampering[] {
  const stream = events[0]?.stream ?? '';
  const found: Tampering[] = [];
  let previous = { version: 0, hash: GENESIS_HASH };
  for (const event of events) {
    const code = event.stream === stream ? flawOf(event, previous) : 'foreign';
    if (code) found.push({ stream, version: event.version, code });
    previous = { version: event.version, hash: event.hash };
  }
  if (head && !events.some((e) => e.version === head.version && e.hash === head.hash))
    found.push({ stream, version: head.version, code: 'truncated' });
  return found;
}

/** The flaw of an event that follows `previous` in its stream; undefined: none. */
export function flawOf(event: StoredEvent, previous: Head): Flaw | undefined {
  if (event.version <= previous.version) return 'fork';
  if (event.version !== previous.version + 1) return 'gap';
  return chainHash(previous.hash, event) === event.hash ? undefined : 'edited';
}
