import { EVERY_PROJECT } from '@alloy/contracts';
import type { ReleaseFilter, ReleasePlace, TokenHolder } from '@alloy/ledger';
import { endedStatuses, runningStatuses, unplannedStatuses } from '@alloy/release';
import { z } from 'zod';
import { environmentName } from '../accounts/names';
import { requireProject } from '../auth/caller';
import { parseValue } from '../parse-body';

const statuses = [...unplannedStatuses, ...runningStatuses, ...endedStatuses];
const statusSchema = z.enum(statuses, `status is one of ${statuses.join(', ')}; several are separated by commas.`);
/** One that there is: not the 31st of a short month, nor a year that Postgres does not know. */
const isTime = (text: string): boolean => Date.parse(text) >= 0 && new Date(text).toISOString() === text;
const PLACE = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) ([0-9A-Za-z]{1,64})$/;

export const releaseListQuery = z.strictObject({
  project: z.string().min(1).max(128).optional(),
  environment: environmentName.optional(),
  status: z.string().transform((text) => text.split(',')).pipe(z.array(statusSchema)).optional(),
  limit: z.string().regex(/^(?:[1-9][0-9]?|[1-4][0-9]{2}|500)$/, 'limit is a number from 1 to 500.').transform(Number).default(50),
  /** As a page before gave it. */
  cursor: z.string().regex(/^[A-Za-z0-9_-]{1,256}$/, 'This is not a cursor.').transform((cursor) => Buffer.from(cursor, 'base64url').toString())
    .refine((text) => PLACE.test(text) && isTime(text.slice(0, 24)), 'This is not a cursor.').optional(),
});

/** Which releases are asked for, of those that the caller may see. Throws 422 and 403. */
export function releaseFilter(query: unknown, caller: TokenHolder): ReleaseFilter {
  const { project, environment, status, limit, cursor } = parseValue(releaseListQuery, query, Object.keys(releaseListQuery.shape));
  if (project !== undefined) requireProject(caller, project, '/project');
  const projects = project !== undefined ? [project] : caller.projects.includes(EVERY_PROJECT) ? undefined : caller.projects;
  const [, requestedAt, id] = PLACE.exec(cursor ?? '') ?? [];
  return {
    limit,
    ...(projects && { projects }), ...(environment !== undefined && { environment }), ...(status && { statuses: status }),
    ...(requestedAt !== undefined && id !== undefined && { after: { requestedAt, id } }),
  };
}

export const cursorOf = ({ requestedAt, id }: ReleasePlace): string => Buffer.from(`${requestedAt} ${id}`).toString('base64url');
