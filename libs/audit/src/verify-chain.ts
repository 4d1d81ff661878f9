import type { StoredEvent } from '@alloy/contracts';
import { chainHash, GENESIS_HASH } from './hash';
import type { Head } from './head';

/** What can be wrong with an event of its stream. */
export type Flaw = 'edited' | 'gap' | 'fork';
export type TamperingCode = Flaw | 'foreign' | 'truncated';

/** One place where a stream is not what was appended. */
export interface Tampering {
  readonly stream: string;
  readonly version: number;
  readonly code: TamperingCode;
}

/**
 * Recomputes a whole stream's hashes from its first event and tells where it is not what was appended; empty: nothing found.
 * `events`: as written (`read` with `raw`), by version. `head`: a head known from elsewhere, without which a cut-off end can't be seen.
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
  if (head && !events.some((e) => e.version === head.version && e.hash === head.hash)) found.push({ stream, version: head.version, code: 'truncated' });
  return found;
}

/** What is wrong with an event that comes after `previous` in its stream; undefined: nothing. */
export function flawOf(event: StoredEvent, previous: Head): Flaw | undefined {
  if (event.version <= previous.version) return 'fork';
  if (event.version !== previous.version + 1) return 'gap';
  return chainHash(previous.hash, event) === event.hash ? undefined : 'edited';
}
