import { z } from 'zod';
import { sentAs } from './sent-as';

/** Number of items of a page, from 1 to `max`, as text in a query. */
export function pageLimit(max: number, initial: number) {
  const error = `limit must be a number from 1 to ${max}.`;
  const read = z.string().regex(/^[1-9][0-9]{0,3}$/, error).transform(Number).refine((limit) => limit <= max, error);
  return sentAs(read, z.int().min(1).max(max)).default(initial);
}

/** Values separated by commas, at least one. */
export function commaSeparated<Item extends z.ZodType<unknown, string>>(item: Item) {
  const read = z.string().transform((text) => text.split(',')).pipe(z.array(item));
  return sentAs(read, z.array(item).min(1));
}

/** `true` or `false`. */
export function flag(name: string, initial: boolean) {
  const read = z.enum(['true', 'false'], `${name} must be true or false.`).transform((text) => text === 'true');
  return sentAs(read, z.boolean()).default(initial);
}

/** A time with its zone, converted to UTC, because Postgres accepts fewer zone offsets than ISO 8601. */
export function time(schema: z.ZodType<string, string>) {
  return sentAs(schema.transform((text) => new Date(text).toISOString()), schema);
}
