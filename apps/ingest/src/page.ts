import { z } from 'zod';
import { parseValue } from './parse-body';
import { pageLimit } from './requests/query-values';

/** A page of a list; `nextCursor` null: it is the last one. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

export const pageSchema = z.object({
  cursor: z.string().regex(/^[0-9]{1,18}$/, 'This is not a valid cursor.').describe('From an earlier page.').optional(),
  limit: pageLimit(1_000, 500),
});

/** `cursor` and `limit` (default 500) of a query; throws 422. */
export const pageQuery = (query: unknown): z.output<typeof pageSchema> => parseValue(pageSchema, query, Object.keys(pageSchema.shape));

/** A page of at most `limit` items, from up to `limit` + 1 found ones. */
export function pageOf<T>(found: readonly T[], limit: number, cursorOf: (item: T) => string): Page<T> {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: found.length > limit && last !== undefined ? cursorOf(last) : null };
}
