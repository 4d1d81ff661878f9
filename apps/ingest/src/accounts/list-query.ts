import { z } from 'zod';
import type { Page } from '../page';
import { parseValue } from '../parse-body';

export const listSchema = z.object({
  /** As a page before gave it. */
  cursor: z.string().regex(/^[A-Za-z0-9_-]{1,256}$/, 'This is not a cursor.').transform((cursor) => Buffer.from(cursor, 'base64url').toString())
    .refine((id) => /^[\x21-\x7e]{1,128}$/.test(id), 'This is not a cursor.').optional(),
  limit: z.string().regex(/^[1-9][0-9]{0,2}$/, 'limit is a number from 1 to 999.').transform(Number).default(100),
});

/** `cursor` and `limit` (default 100) of a query, as a part of a list that is ordered by id; throws 422. */
export function listQuery(query: unknown): { readonly after?: string | undefined; readonly limit: number } {
  const { cursor, limit } = parseValue(listSchema, query, Object.keys(listSchema.shape));
  return { after: cursor, limit };
}

/** A page of at most `limit`, out of up to `limit` + 1 that were looked for. */
export function listPage<T extends { readonly id: string }>(found: readonly T[], limit: number): Page<T> {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: found.length > limit && last ? Buffer.from(last.id).toString('base64url') : null };
}
