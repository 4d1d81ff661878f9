import { nearestKey } from '@alloy/contracts';
import { policySchema, routeSchema, trustSchema, type Policy } from '@alloy/policy';
import { analysisSchema, requestsSchema, stageSchema } from '@alloy/release';
import { parseDocument } from 'yaml';
import type { z } from 'zod';

/** An error in a policy. */
export interface Fault {
  /** Keys and indices separated by dots; empty: the whole policy. */
  readonly path: string;
  readonly text: string;
}

export type Linted =
  { readonly written: Readonly<Record<string, unknown>>; readonly policy: Policy } | { readonly faults: readonly Fault[] };

const KNOWN = [policySchema, stageSchema, analysisSchema, requestsSchema, trustSchema, ...routeSchema.options].flatMap(({ shape }) =>
  Object.keys(shape),
);

/** Parses a policy in YAML: as written, and with defaults; or returns all errors. */
export function lintPolicy(text: string): Linted {
  const written = parseYaml(text);
  if ('faults' in written) return written;
  const parsed = policySchema.safeParse(written.value);
  if (!parsed.success) return { faults: parsed.error.issues.flatMap(faultsOf) };
  return { written: written.value, policy: parsed.data };
}

/** Parses a YAML object; an empty text is an empty object. */
export function parseYaml(text: string): { readonly value: Readonly<Record<string, unknown>> } | { readonly faults: readonly Fault[] } {
  try {
    const document = parseDocument(text, { logLevel: 'silent', prettyErrors: true });
    const [error] = document.errors;
    if (error) return { faults: [{ path: '', text: error.message.split('\n')[0] ?? 'this is not YAML' }] };
    const value: unknown = document.toJS({ maxAliasCount: 0 }) ?? {};
    if (typeof value === 'object' && !Array.isArray(value)) return { value: value as Readonly<Record<string, unknown>> };
    return { faults: [{ path: '', text: 'a policy must be an object' }] };
  } catch (error) {
    return { faults: [{ path: '', text: (error as Error).message }] };
  }
}

function faultsOf(issue: z.core.$ZodIssue): readonly Fault[] {
  const path = issue.path.map(String);
  if (issue.code !== 'unrecognized_keys') return [{ path: path.join('.'), text: issue.message }];
  return issue.keys.map((key) => {
    const near = nearestKey(key, KNOWN);
    return { path: [...path, key].join('.'), text: near === undefined ? 'unknown key' : `unknown key; did you mean ${near}?` };
  });
}
