import type { StoredEvent } from '@alloy/contracts';
import { fold, toRecorded, type State } from '@alloy/release';

/** The state that a release's events fold to, with the id of the release, which each event contains. */
export function foldStream(releaseId: string, events: readonly StoredEvent[]): State {
  const [first] = events;
  return fold({ releaseId, project: first?.project ?? '', environment: first?.environment ?? '' }, events.map(toRecorded));
}
