import { z } from 'zod';
import type { Page } from '../page';
import { parseValue } from '../parse-body';
import { cursor, encodeCursor } from '../requests/cursor';
import { pageLimit } from '../requests/query-values';

export const listSchema = z.object({
  cursor: cursor({ read: (id) => (/^[\x21-\x7e]{1,128}$/.test(id) ? id : undefined), example: 'some-id' }).optional(),
  limit: pageLimit(999, 100),
});

/** Parses `cursor` and `limit` (default 100) of a query for a list that is ordered by id; throws 422. */
export function listQuery(query: unknown): { readonly after?: string | undefined; readonly limit: number } {
  const { cursor, limit } = parseValue(listSchema, query, Object.keys(listSchema.shape));
  return { after: cursor, limit };
}

/** A page of at most `limit` entries, from up to `limit` + 1 found ones. */
export function listPage<T extends { readonly id: string }>(found: readonly T[], limit: number): Page<T> {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: found.length > limit && last ? encodeCursor(last.id) : null };
}
