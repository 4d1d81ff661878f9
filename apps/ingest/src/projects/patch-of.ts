import { z } from 'zod';

/**
 * The schema of merge patches (RFC 7396) for values of `schema`: each member is optional, and may be null if it has a
 * default or is optional in `schema`. Lists are replaced as a whole.
 */
export function patchOf(schema: z.ZodType): z.ZodType {
  const inner = required(schema);
  if (inner instanceof z.ZodUnion) return z.union(inner.options.map((option) => patchOf(option as z.ZodType)));
  if (!(inner instanceof z.ZodObject)) return inner;
  const members = Object.entries(inner.shape as Readonly<Record<string, z.ZodType>>).map(([name, member]) => {
    const patch = patchOf(member);
    const optional = (required(member) === member ? patch : patch.nullable()).optional();
    return [name, optional.meta({ ...member.meta() })] as const;
  });
  return z.strictObject(Object.fromEntries(members));
}

/** The schema without its default, and required. */
function required(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodDefault || schema instanceof z.ZodOptional ? required(schema.unwrap() as z.ZodType) : schema;
}
