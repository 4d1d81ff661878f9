import type { z } from 'zod';

const sent = new WeakMap<object, z.ZodType>();

/**
 * Declares the format of a request for a schema with a transformation, which JSON Schema cannot express: `by` describes
 * it in the API's document and must allow exactly the values that `schema` accepts.
 */
export function sentAs<S extends z.ZodType>(schema: S, by: z.ZodType): S {
  sent.set(schema, by);
  return schema;
}

/** The request format of this schema; undefined: the schema itself. */
export const sentFor = (schema: object): z.ZodType | undefined => sent.get(schema);
