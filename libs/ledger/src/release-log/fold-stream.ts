import type { StoredEvent } from '@alloy/contracts';
import { fold, toRecorded, type State } from '@alloy/release';

/** The state that a release's events fold to; who it is stands in each of them. */
export function foldStream(releaseId: string, events: readonly StoredEvent[]): State {
  const [first] = events;
  return fold({ releaseId, project: first?.project ?? '', environment: first?.environment ?? '' }, events.map(toRecorded));
}
