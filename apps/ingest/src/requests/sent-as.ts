import type { z } from 'zod';

const sent = new WeakMap<object, z.ZodType>();

/** Declares what a client sends for a schema that reads it through a transformation, which JSON Schema can't express: `by` describes it in the API's document and must allow exactly what `schema` accepts. */
export function sentAs<S extends z.ZodType>(schema: S, by: z.ZodType): S {
  sent.set(schema, by);
  return schema;
}

/** What a client sends for this schema; undefined: the schema itself. */
export const sentFor = (schema: object): z.ZodType | undefined => sent.get(schema);
