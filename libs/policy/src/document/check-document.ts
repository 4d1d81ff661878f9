import { nearestKey } from '@alloy/contracts';
import { z } from 'zod';
import { boundText, wrongTypeText } from './fault-text';
import { issuesOf } from './issues-of';
import { projectDocumentSchema, type ProjectDocument } from './project-document';

type Step = string | number;

/** A fault of a value by its schema; the text contains no value of it. */
export interface SchemaFault {
  readonly code: 'unknown_key' | 'invalid_key' | 'missing_field' | 'wrong_type' | 'invalid_value';
  /** The position, down to an unknown or missing key. */
  readonly path: readonly Step[];
  readonly text: string;
}

/** The document with defaults for the keys that it omits, or all faults. */
export type Checked = { readonly document: ProjectDocument } | { readonly faults: readonly SchemaFault[] };

/** Checks a document as ingest does. */
export function checkDocument(value: unknown): Checked {
  const parsed = projectDocumentSchema.safeParse(value, { reportInput: true });
  return parsed.success ? { document: parsed.data } : { faults: faultsBy(projectDocumentSchema, parsed.error) };
}

/** The faults that `schema` found; an unknown key has the nearest key that the schema knows at its position. */
export const faultsBy = (schema: z.ZodType, error: z.ZodError): readonly SchemaFault[] =>
  issuesOf(error).flatMap((issue) => faultsOf(schema, issue));

function faultsOf(schema: z.ZodType, issue: z.core.$ZodIssue): readonly SchemaFault[] {
  const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(schema, path, key));
  if (issue.code === 'invalid_key') return [{ code: 'invalid_key', path, text: issue.issues[0]?.message ?? issue.message }];
  const isMissing = path.length > 0 && issue.input === undefined;
  if (isMissing && (issue.code === 'invalid_type' || issue.code === 'invalid_value'))
    return [{ code: 'missing_field', path, text: 'this key is required' }];
  if (issue.code === 'invalid_type') return [{ code: 'wrong_type', path, text: wrongTypeText(issue) }];
  if (issue.code === 'too_small' || issue.code === 'too_big') return [{ code: 'invalid_value', path, text: boundText(issue) }];
  return [{ code: 'invalid_value', path, text: issue.message }];
}

function unknownKey(schema: z.ZodType, path: readonly Step[], key: string): SchemaFault {
  const near = nearestKey(key, keysAt(schema, path));
  const text = near === undefined ? 'unknown key' : `unknown key; did you mean ${near}?`;
  return { code: 'unknown_key', path: [...path, key], text };
}

type Def = z.core.$ZodTypeDef & {
  readonly innerType?: z.ZodType; readonly element?: z.ZodType; readonly valueType?: z.ZodType;
  readonly options?: readonly z.ZodType[]; readonly shape?: Readonly<Record<string, z.ZodType>>;
};

/** The keys that the schema knows at a position; of a union, those of all alternatives. */
export function keysAt(schema: z.ZodType, path: readonly Step[]): readonly string[] {
  const { innerType, element, valueType, options, shape } = schema._zod.def as Def;
  if (innerType) return keysAt(innerType, path);
  if (options) return [...new Set(options.flatMap((option) => keysAt(option, path)))];
  const [step, ...rest] = path;
  if (step === undefined) return Object.keys(shape ?? {});
  const member = shape ? shape[step] : (element ?? valueType);
  return member ? keysAt(member, rest) : [];
}
