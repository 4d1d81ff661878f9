import { familyOf, type ReleaseEventType } from '@alloy/release';
import { z } from 'zod';
import { instant } from '../instant';
import { parseValue } from '../parse-body';
import { seqOf } from './event-cursor';

const types = Object.keys(familyOf) as [ReleaseEventType, ...ReleaseEventType[]];
const cursor = z.string().max(256, 'This is not a cursor.').transform((text, context) => {
  const seq = seqOf(text);
  if (seq !== undefined) return seq;
  context.addIssue({ code: 'custom', message: 'This is not a cursor.' });
  return z.NEVER;
});

// Of a zone's offset Postgres takes less than ISO 8601.
const time = instant('This is not a time with its zone, such as 2026-01-31T08:00:00Z.').transform((text) => new Date(text).toISOString());

export const eventQuery = z.strictObject({
  /** As an event or a page before gave it. */
  after: cursor.optional(),
  project: z.string().min(1).max(128).optional(),
  type: z.string().transform((text) => text.split(',')).pipe(z.array(z.enum(types, 'This is not a type of event.'))).optional(),
  release: z.string().regex(/^[0-9A-Za-z]{1,64}$/, 'This is not the id of a release.').optional(),
  actor: z.string().min(1).max(256).optional(),
  since: time.optional(),
  until: time.optional(),
  /** As written, to be verified; false: payloads of old schemas come in their present shape. Of pages only. */
  raw: z.enum(['true', 'false'], 'raw is true or false.').transform((text) => text === 'true').default(false),
  limit: z.string().regex(/^(?:[1-9][0-9]{0,2}|1000)$/, 'limit is a number from 1 to 1000.').transform(Number).default(500),
});

/** Throws 422. */
export const parseEventQuery = (query: unknown): z.output<typeof eventQuery> => parseValue(eventQuery, query, Object.keys(eventQuery.shape));

/** The place after which a follower wants to go on; undefined: none was named. Throws 422 for what is no cursor. */
export const parseLastEventId = (header: string | undefined): number | undefined => parseValue(z.object({ 'Last-Event-ID': cursor.optional() }), { 'Last-Event-ID': header }, [])['Last-Event-ID'];
