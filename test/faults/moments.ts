import type { EventFamily, Service, StoredEvent } from '@alloy/contracts';
import type { FaultPoint } from '../support/postgres-proxy';
import { byChance, isCertain } from './history';

/** The point in a release at which a process is killed. */
export interface Moment extends Omit<FaultPoint, 'project'> {
  readonly writer: Service;
  /**
   * `others`: the writer stays alive, but its connection is cut, so that it must find out the outcome of its COMMIT.
   */
  readonly whom: 'writer' | 'others';
  /** Whether every run reaches the point. */
  readonly certain: boolean;
}

const writerOf: Readonly<Record<EventFamily, Service>> = { intent: 'ingest', decision: 'planner', outcome: 'executor', finding: 'watcher' };

/**
 * Every point in a release with these events: the writer is killed before and after each append, and all other services
 * after the first append of each type. Events of one append share their points.
 */
export function momentsOf(events: readonly StoredEvent[]): readonly Moment[] {
  const certain = events
    .filter((event) => isCertain(event, events))
    .filter((event, index, all) => !isOneAppend(event, all[index - 1]))
    .map((event) => momentOf(event, true));
  const firsts = certain.filter((moment, index) => certain.findIndex(({ type }) => type === moment.type) === index);
  const chance = [...byChance].map((type): Place => ({ type, writer: 'watcher', certain: false }));
  return [
    ...[...certain, ...chance].flatMap((place): Moment[] => [
      { ...place, when: 'before', whom: 'writer' },
      { ...place, when: 'after', whom: 'writer' },
    ]),
    ...firsts.map((place): Moment => ({ ...place, when: 'after', whom: 'others' })),
  ];
}

type Place = Pick<Moment, 'type' | 'step' | 'writer' | 'certain'>;

const momentOf = ({ type, data, family }: StoredEvent, certain: boolean): Place => ({
  type,
  step: (data as { readonly step?: number }).step,
  writer: writerOf[family],
  certain,
});

/** Events of one append have the same time. */
const isOneAppend = (event: StoredEvent, before: StoredEvent | undefined): boolean =>
  before?.family === event.family && before.occurredAt === event.occurredAt;

/** Its name, valid as an image tag. */
export const nameOf = ({ when, type, step, whom }: Moment): string => [when, type, ...(step === undefined ? [] : [step]), whom].join('-');
