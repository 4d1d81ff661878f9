import { projectFamilyOf, type ProjectEventType } from '@alloy/policy';
import { familyOf, type ReleaseEventType } from '@alloy/release';
import { z } from 'zod';
import { parseValue } from '../parse-body';
import { cursor } from '../requests/cursor';
import { instant } from '../requests/instant';
import { anyProject, releaseId } from '../requests/names';
import { commaSeparated, flag, pageLimit, time } from '../requests/query-values';
import { placeOf, seqOf } from './event-cursor';

type EventType = ReleaseEventType | ProjectEventType;
const types = Object.keys({ ...familyOf, ...projectFamilyOf }) as [EventType, ...EventType[]];
const position = cursor({ read: seqOf, example: placeOf(1) });
const moment = time(instant('This is not a time with its zone, such as 2026-01-31T08:00:00Z.'));

export const eventQuery = z.strictObject({
  after: position.optional(),
  project: anyProject.optional(),
  type: commaSeparated(z.enum(types, 'This is not a type of event.')).optional(),
  release: releaseId.optional(),
  actor: z.string().min(1).max(256).optional(),
  since: moment.optional(),
  until: moment.optional(),
  /**
   * As written, for verification; false: payloads of old schemas are converted to the current schema. Only for pages.
   */
  raw: flag('raw', false),
  limit: pageLimit(1_000, 500),
});

/** Headers of a request for the live feed. */
export const followHeaders = z.object({ 'Last-Event-ID': position.optional() });

/** Throws 422. */
export const parseEventQuery = (query: unknown): z.output<typeof eventQuery> =>
  parseValue(eventQuery, query, Object.keys(eventQuery.shape));

/** The position after which a follower continues; undefined: none was given. Throws 422 for an invalid cursor. */
export const parseLastEventId = (header: string | undefined): number | undefined =>
  parseValue(followHeaders, { 'Last-Event-ID': header }, [])['Last-Event-ID'];
