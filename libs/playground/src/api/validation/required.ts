import { isObject, stableJson } from '../json';
import { propertyOf, resolve, type Schema } from '../schema/schema';
import type { Cause } from '../status';

/** Fields below `spec` that the schema requires and the object lacks, and invalid enum values. */
export function requiredFields(spec: unknown, schema: Schema, path: string): Cause[] {
  const inner = propertyOf(resolve(schema), path);
  if (!inner) return [];
  return spec === undefined ? missingBelow(inner, path) : walk(spec, inner, path);
}

// A kind without a spec lacks all fields that the spec requires.
const missingBelow = (schema: Schema, path: string): Cause[] => (resolve(schema).required ?? []).map((key) => missing(`${path}.${key}`));

const missing = (field: string): Cause => ({ reason: 'FieldValueRequired', message: 'Required value', field });

function walk(value: unknown, schema: Schema, path: string): Cause[] {
  const resolved = resolve(schema);
  if (Array.isArray(value)) return value.flatMap((item, index) => walk(item, resolved.items ?? {}, `${path}[${index}]`));
  if (isObject(value)) {
    const absent = (resolved.required ?? [])
      .filter((key) => value[key] === undefined && !isOptionalInTruth(key, resolved))
      .map((key) => missing(`${path}.${key}`));
    return [...absent, ...Object.entries(value).flatMap(([key, inner]) => walk(inner, propertyOf(resolved, key) ?? {}, `${path}.${key}`))];
  }
  const allowed = resolved.enum;
  if (!allowed || typeof value !== 'string' || value === '' || allowed.includes(value)) return [];
  return [
    {
      reason: 'FieldValueNotSupported',
      message: `Unsupported value: ${stableJson(value)}: supported values: ${allowed.map((each) => JSON.stringify(each)).join(', ')}`,
      field: path,
    },
  ];
}

// A structure always exists in Go, so the server does not report it as missing; an empty template is reported by its
// missing fields.
const isOptionalInTruth = (key: string, schema: Schema): boolean =>
  resolve(schema.properties?.[key]).type === 'object' && key !== 'selector';
