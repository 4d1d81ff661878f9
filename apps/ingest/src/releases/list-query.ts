import { EVERY_PROJECT } from '@alloy/contracts';
import type { ReleaseFilter, ReleasePlace, TokenHolder } from '@alloy/ledger';
import { endedStatuses, runningStatuses, unplannedStatuses } from '@alloy/release';
import { z } from 'zod';
import { requireProject } from '../auth/caller';
import { parseValue } from '../parse-body';
import { cursor, encodeCursor } from '../requests/cursor';
import { anyProject, environmentName } from '../requests/names';
import { commaSeparated, pageLimit } from '../requests/query-values';

const statuses = [...unplannedStatuses, ...runningStatuses, ...endedStatuses];
const statusSchema = z.enum(statuses, `status must be one of ${statuses.join(', ')}; several are separated by commas.`);
/** A valid time: not the 31st of a short month, nor a year outside of Postgres' range. */
const isTime = (text: string): boolean => Date.parse(text) >= 0 && new Date(text).toISOString() === text;
const PLACE = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) ([0-9A-Za-z]{1,64})$/;

export const releaseListQuery = z.strictObject({
  project: anyProject.optional(),
  environment: environmentName.optional(),
  status: commaSeparated(statusSchema).optional(),
  limit: pageLimit(500, 50),
  cursor: cursor({
    read: (text) => (PLACE.test(text) && isTime(text.slice(0, 24)) ? text : undefined),
    example: '2026-01-31T08:00:00.000Z 01JJY0000000000000000000',
  }).optional(),
});

/** The filter for releases, among those that the caller may read. Throws 422 and 403. */
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

export const cursorOf = ({ requestedAt, id }: ReleasePlace): string => encodeCursor(`${requestedAt} ${id}`);
