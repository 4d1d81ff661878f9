import type { z } from 'zod';
import { findingsOf, type KnownKeys } from './findings-of';
import { refuse } from './manifests/finding';
import { valueOf } from './refuse-with';
import { readJson } from './webhook/read-json';

/**
 * A body, parsed by a schema; no body counts as `{}`. `known`: keys that are suggested for an unknown key. Throws all
 * faults as one problem.
 */
export function parseBody<S extends z.ZodType>(schema: S, body: Buffer | undefined, known: KnownKeys): z.output<S> {
  return parseValue(schema, body === undefined || body.length === 0 ? {} : valueOf(readJson(body)), known);
}

/** The same as `parseBody`, for a parsed value. */
export function parseValue<S extends z.ZodType>(schema: S, value: unknown, known: KnownKeys): z.output<S> {
  const parsed = schema.safeParse(value, { reportInput: true });
  return parsed.success ? parsed.data : valueOf(refuse(...findingsOf(parsed.error, known)));
}
