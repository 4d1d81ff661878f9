import { releaseIdOf, upcast, type StoredEvent } from '@alloy/contracts';
import { evolve } from '../evolve';
import { fold } from '../fold';
import { initialState } from '../initial-state';
import type { Identity, Recorded, State } from '../state';
import { msOf } from '../time';
import { toRecorded } from '../to-recorded';
import { releaseUpcasters } from '../upcasters';

/** A release's events in their current schemas, and the release's identity. */
export interface ReleaseHistory {
  readonly identity: Identity;
  readonly log: readonly Recorded[];
}

/** One event, and the state before and after it. */
export interface Moment {
  readonly event: Recorded;
  readonly before: State;
  readonly after: State;
}

/**
 * Reads a release's whole stream, as stored, oldest first. Throws what `upcast` throws, and a `RangeError` if the
 * events are not one complete stream.
 */
export function releaseHistoryOf(events: readonly StoredEvent[]): ReleaseHistory {
  const [first] = events;
  const releaseId = first && releaseIdOf(first.stream);
  if (!first || releaseId === undefined) throw new RangeError('these are not the events of a release');
  const astray = events.findIndex(({ stream, version }, i) => stream !== first.stream || version !== i + 1);
  if (astray !== -1)
    throw new RangeError(
      `after version ${astray} of ${first.stream} comes version ${events[astray]!.version} of ${events[astray]!.stream}`,
    );
  return {
    identity: { releaseId, project: first.project, environment: first.environment },
    log: events.map((event) => toRecorded(upcast(event, releaseUpcasters))),
  };
}

/** The states of a release, event by event. */
export function replay({ identity, log }: ReleaseHistory): readonly Moment[] {
  let state: State = initialState(identity);
  return log.map((event) => {
    const before = state;
    state = evolve(state, event);
    return { event, before, after: state };
  });
}

/** The state at a version, or at a time (ms since 1970, by the log clock); before the first event it is `none`. */
export function stateAt({ identity, log }: ReleaseHistory, at: { readonly version: number } | { readonly time: number }): State {
  const until = 'version' in at ? (event: Recorded) => event.version <= at.version : (event: Recorded) => msOf(event.occurredAt) <= at.time;
  return fold(identity, log.filter(until));
}
