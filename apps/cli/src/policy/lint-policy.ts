import { nearestKey } from '@alloy/contracts';
import { policySchema, routeSchema, trustSchema, type Policy } from '@alloy/policy';
import { analysisSchema, requestsSchema, stageSchema } from '@alloy/release';
import { parseDocument } from 'yaml';
import type { z } from 'zod';

/** Something that a policy can't say. */
export interface Fault {
  /** Keys and indices, separated by dots; empty: the whole. */
  readonly path: string;
  readonly text: string;
}

export type Linted = { readonly written: Readonly<Record<string, unknown>>; readonly policy: Policy } | { readonly faults: readonly Fault[] };

const KNOWN = [policySchema, stageSchema, analysisSchema, requestsSchema, trustSchema, ...routeSchema.options].flatMap(({ shape }) => Object.keys(shape));

/** A policy in YAML as it is written, and with defaults for the rest; or everything that is wrong with it. */
export function lintPolicy(text: string): Linted {
  const written = parseYaml(text);
  if ('faults' in written) return written;
  const parsed = policySchema.safeParse(written.value);
  if (!parsed.success) return { faults: parsed.error.issues.flatMap(faultsOf) };
  return { written: written.value, policy: parsed.data };
}

/** An object in YAML; an empty text is an empty one. */
export function parseYaml(text: string): { readonly value: Readonly<Record<string, unknown>> } | { readonly faults: readonly Fault[] } {
  try {
    const document = parseDocument(text, { logLevel: 'silent', prettyErrors: true });
    const [error] = document.errors;
    if (error) return { faults: [{ path: '', text: error.message.split('\n')[0] ?? 'this is not YAML' }] };
    const value: unknown = document.toJS({ maxAliasCount: 0 }) ?? {};
    if (typeof value === 'object' && !Array.isArray(value)) return { value: value as Readonly<Record<string, unknown>> };
    return { faults: [{ path: '', text: 'a policy is an object' }] };
  } catch (error) {
    return { faults: [{ path: '', text: (error as Error).message }] };
  }
}

function faultsOf(issue: z.core.$ZodIssue): readonly Fault[] {
  const path = issue.path.map(String);
  if (issue.code !== 'unrecognized_keys') return [{ path: path.join('.'), text: issue.message }];
  return issue.keys.map((key) => {
    const near = nearestKey(key, KNOWN);
    return { path: [...path, key].join('.'), text: near === undefined ? 'this key is not known' : `this key is not known; did you mean ${near}?` };
  });
}
