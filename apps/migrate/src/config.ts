import { scopes } from '@alloy/contracts';
import { roles } from '@alloy/event-store';
import { z } from 'zod';

const rolePasswords = z.strictObject(
  Object.fromEntries(roles.map((role) => [role, z.string().min(8)])) as Record<(typeof roles)[number], z.ZodString>,
);

const json = z.string().transform((text, context) => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    context.addIssue({ code: 'custom', message: 'not JSON' });
    return z.NEVER;
  }
});

const bootstrap = z.strictObject({
  user: z.string().min(1),
  project: z.string().min(1),
  environment: z.string().min(1).optional(),
  /** Written only if the environment has no policy yet; validated when written. */
  policy: z.record(z.string(), z.unknown()).optional(),
  tokenSha256: z.string().regex(/^[0-9a-f]{64}$/).optional(),
  tokenScope: z.enum(scopes).optional(),
  tokenProjects: z.array(z.string().min(1)).min(1).optional(),
});

/** Environment of the migrate step. */
export const configSchema = z.object({
  /** URL of the database owner, who may create roles. */
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  /** Seconds to wait for a Postgres that is starting or recovering. */
  ALLOY_WAIT_SECONDS: z.coerce.number().min(0).max(3_600).default(60),
  /** JSON: a password for each of the five roles. */
  ALLOY_ROLE_PASSWORDS: json.pipe(rolePasswords),
  /**
   * JSON: a user, a project with its policy, and the digest of a token, registered after the migration; unset: none.
   */
  ALLOY_BOOTSTRAP: json.pipe(bootstrap).optional(),
  /** Text of the first administrator's token; its digest is registered; unset or empty: none. */
  ALLOY_BOOTSTRAP_TOKEN: z
    .union([z.literal(''), z.string().regex(/^[\x21-\x7e]{32,512}$/, 'must have 32 to 512 plain characters')])
    .optional(),
});
export type Config = z.infer<typeof configSchema>;

/** Throws with one line per invalid variable, without values. */
export function parseConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const parsed = configSchema.safeParse(environment);
  if (parsed.success) return parsed.data;
  throw new Error(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('\n'));
}
