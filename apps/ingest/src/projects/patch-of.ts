import { z } from 'zod';

/** A schema of the merge patches (RFC 7396) of what `schema` describes: each member may be left out, or null where it has a default or may be missing. Lists are replaced whole. */
export function patchOf(schema: z.ZodType): z.ZodType {
  const inner = required(schema);
  if (!(inner instanceof z.ZodObject)) return inner;
  const members = Object.entries(inner.shape as Readonly<Record<string, z.ZodType>>).map(([name, member]) => {
    const patch = patchOf(member);
    return [name, (required(member) === member ? patch : patch.nullable()).optional()] as const;
  });
  return z.strictObject(Object.fromEntries(members));
}

/** Without its default, and without its leave to be missing. */
function required(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodDefault || schema instanceof z.ZodOptional ? required(schema.unwrap() as z.ZodType) : schema;
}
