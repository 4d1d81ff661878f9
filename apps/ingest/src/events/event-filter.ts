import { EVERY_PROJECT, releaseStream, type OrderedEvent } from '@alloy/contracts';
import type { SeqOptions } from '@alloy/event-store';
import type { TokenHolder } from '@alloy/ledger';

/** Which events somebody wants, of those that they may read. */
export interface EventFilter {
  /** Default: every project. */
  readonly projects?: readonly string[];
  readonly types?: readonly string[];
  readonly release?: string;
}

export interface WantedEvents {
  readonly project?: string | undefined;
  readonly type?: readonly string[] | undefined;
  readonly release?: string | undefined;
}

/** Narrows what is wanted to what the caller may read. */
export function filterFor({ project, type, release }: WantedEvents, caller: TokenHolder): EventFilter {
  const projects = project !== undefined ? [project] : caller.projects.includes(EVERY_PROJECT) ? undefined : caller.projects;
  return { ...(projects && { projects }), ...(type && { types: type }), ...(release !== undefined && { release }) };
}

export const passes = ({ projects, types, release }: EventFilter, event: OrderedEvent): boolean =>
  (projects === undefined || projects.includes(event.project)) && (types === undefined || types.includes(event.type)) && (release === undefined || event.stream === releaseStream(release));

/** As much of the filter as the store can apply by itself. */
export function storeFilter({ projects, types, release }: EventFilter): Pick<SeqOptions, 'project' | 'types' | 'stream'> {
  const [only, ...others] = projects ?? [];
  return {
    ...(only !== undefined && others.length === 0 && { project: only }),
    ...(types && { types }), ...(release !== undefined && { stream: releaseStream(release) }),
  };
}
