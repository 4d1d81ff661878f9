import { EVERY_PROJECT, releaseStream, type OrderedEvent } from '@alloy/contracts';
import type { SeqOptions } from '@alloy/event-store';
import type { TokenHolder } from '@alloy/ledger';

/** Selects events, among those that the caller may read. */
export interface EventFilter {
  /** Default: every project. */
  readonly projects?: readonly string[];
  readonly types?: readonly string[];
  readonly release?: string;
  /** Id of the actor. */
  readonly actor?: string;
  /** ISO 8601; at `since` or later, and before `until`. */
  readonly since?: string;
  readonly until?: string;
}

export interface WantedEvents {
  readonly project?: string | undefined;
  readonly type?: readonly string[] | undefined;
  readonly release?: string | undefined;
  readonly actor?: string | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
}

/** Restricts the filter to the caller's projects. */
export function filterFor({ project, type, ...same }: WantedEvents, caller: TokenHolder): EventFilter {
  const projects = project !== undefined ? [project] : caller.projects.includes(EVERY_PROJECT) ? undefined : caller.projects;
  return { ...(projects && { projects }), ...(type && { types: type }), ...same };
}

export const passes = ({ projects, types, release, actor, since, until }: EventFilter, event: OrderedEvent): boolean =>
  (projects === undefined || projects.includes(event.project)) &&
  (types === undefined || types.includes(event.type)) &&
  (release === undefined || event.stream === releaseStream(release)) &&
  (actor === undefined || event.actor.id === actor) &&
  (since === undefined || Date.parse(event.occurredAt) >= Date.parse(since)) &&
  (until === undefined || Date.parse(event.occurredAt) < Date.parse(until));

/** The part of the filter that the store can apply. */
export function storeFilter({ projects, types, release, actor, since, until }: EventFilter): Omit<SeqOptions, 'after' | 'limit' | 'raw'> {
  const [only, ...others] = projects ?? [];
  return {
    ...(only !== undefined && others.length === 0 && { project: only }),
    ...(types && { types }), ...(release !== undefined && { stream: releaseStream(release) }), actor, since, until,
  };
}
