import type { z } from 'zod';

/** The environment does not match the schema; the message names each invalid variable, never a value. */
export class ConfigError extends Error {
  readonly code = 'bad_config';
  constructor(readonly variables: readonly string[], message: string) {
    super(message);
    this.name = 'ConfigError';
  }
}

export type Env = Readonly<Record<string, string | undefined>>;

/**
 * Parses a service's whole configuration, once, at the start. An empty variable counts as unset. Default env: the
 * process's own. Throws one `ConfigError` that lists every invalid variable.
 */
export function parseConfig<S extends z.ZodType>(schema: S, env: Env = process.env): z.output<S> {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = schema.safeParse(set);
  if (parsed.success) return parsed.data;
  const bad = parsed.error.issues.map((issue) => ({ name: String(issue.path[0] ?? '(all)'), why: why(issue, set) }));
  const list = bad.map(({ name, why }) => `${name}: ${why}`).join('; ');
  throw new ConfigError([...new Set(bad.map(({ name }) => name))], `bad configuration: ${list}`);
}

const why = (issue: z.core.$ZodIssue, env: Readonly<Record<string, unknown>>): string =>
  issue.path.length > 0 && env[String(issue.path[0])] === undefined ? 'is missing' : issue.message;
