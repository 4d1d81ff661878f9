import type { z } from 'zod';

/** Who may change a key of a policy: an administrator of the project, or only an administrator of all projects. */
export type PolicyLevel = 'project' | 'platform';

/** The extension that has the level in JSON Schema. */
export const LEVEL = 'x-alloy-level';

const levelled = <S extends z.ZodType>(level: PolicyLevel, description: string, schema: S): S =>
  schema.meta({ ...schema.meta(), description, [LEVEL]: level });

/** A key that an administrator of the project may change. */
export const projectKey = <S extends z.ZodType>(description: string, schema: S): S => levelled('project', description, schema);

/**
 * A key that only an administrator of all projects may change, because it has an effect beyond the project: on a
 * namespace, a node, or other projects' objects.
 */
export const platformKey = <S extends z.ZodType>(description: string, schema: S): S => levelled('platform', description, schema);

/** The level that the key was declared with; undefined: none was. */
export function levelOf(schema: z.ZodType): PolicyLevel | undefined {
  const level = schema.meta()?.[LEVEL];
  return level === 'project' || level === 'platform' ? level : undefined;
}
