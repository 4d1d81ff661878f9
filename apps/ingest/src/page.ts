import { z } from 'zod';
import { environment } from './accounts/names';
import { findingsOf } from './findings-of';
import { refuse } from './manifests/finding';
import { valueOf } from './refuse-with';

/** A part of a list; `nextCursor` null: its end. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

export const pageSchema = z.object({
  /** As a page before gave it. */
  cursor: z.string().regex(/^[0-9]{1,18}$/, 'This is not a cursor.').optional(),
  limit: z.string().regex(/^[1-9][0-9]{0,3}$/, 'limit is a number from 1 to 1000.').transform(Number).refine((limit) => limit <= 1_000, 'limit is a number from 1 to 1000.').default(500),
  environment,
});

/** `cursor`, `limit` (default 500) and `environment` (default `production`) of a query; throws 422. */
export function pageQuery(query: unknown): z.output<typeof pageSchema> {
  const parsed = pageSchema.safeParse(query);
  return parsed.success ? parsed.data : valueOf(refuse(...findingsOf(parsed.error, Object.keys(pageSchema.shape))));
}

/** A page of at most `limit`, out of up to `limit` + 1 that were looked for. */
export function pageOf<T>(found: readonly T[], limit: number, cursorOf: (item: T) => string): Page<T> {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: found.length > limit && last !== undefined ? cursorOf(last) : null };
}
