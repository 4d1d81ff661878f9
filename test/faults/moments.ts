import type { EventFamily, Service, StoredEvent } from '@alloy/contracts';
import type { FaultPoint } from '../support/postgres-proxy';
import { byChance, isCertain } from './history';

/** When, in a release, who is killed. */
export interface Moment extends Omit<FaultPoint, 'project'> {
  readonly writer: Service;
  /** `others`: the writer lives, but its connection is cut, so that it has to find out what became of its COMMIT. */
  readonly whom: 'writer' | 'others';
  /** Whether the moment comes in every run. */
  readonly certain: boolean;
}

const writerOf: Readonly<Record<EventFamily, Service>> = { intent: 'ingest', decision: 'planner', outcome: 'executor', finding: 'watcher' };

/**
 * Every moment that a release of these events has: before and after each append its writer is killed, and after the first of each kind all others.
 * Events of one append share their moments.
 */
export function momentsOf(events: readonly StoredEvent[]): readonly Moment[] {
  const certain = events.filter((event) => isCertain(event, events)).filter((event, index, all) => !isOneAppend(event, all[index - 1])).map((event) => momentOf(event, true));
  const firsts = certain.filter((moment, index) => certain.findIndex(({ type }) => type === moment.type) === index);
  const chance = [...byChance].map((type): Place => ({ type, writer: 'watcher', certain: false }));
  return [
    ...[...certain, ...chance].flatMap((place): Moment[] => [{ ...place, when: 'before', whom: 'writer' }, { ...place, when: 'after', whom: 'writer' }]),
    ...firsts.map((place): Moment => ({ ...place, when: 'after', whom: 'others' })),
  ];
}

type Place = Pick<Moment, 'type' | 'step' | 'writer' | 'certain'>;

const momentOf = ({ type, data, family }: StoredEvent, certain: boolean): Place => ({ type, step: (data as { readonly step?: number }).step, writer: writerOf[family], certain });

/** One append has one time. */
const isOneAppend = (event: StoredEvent, before: StoredEvent | undefined): boolean => before?.family === event.family && before.occurredAt === event.occurredAt;

/** A name for it, fit for an image tag. */
export const nameOf = ({ when, type, step, whom }: Moment): string => [when, type, ...(step === undefined ? [] : [step]), whom].join('-');
