import { isObject, type JsonObject } from '../json';
import { propertyOf, resolve, type Schema } from '../schema/schema';
import { quantityError } from './quantity';

/** Suffix of the error for invalid base64. */
export const ILLEGAL_BASE64 = 'illegal base64 data';

export interface Decoded {
  /** Without nulls and unknown fields. */
  readonly value: unknown;
  /** `spec.template.spec.containers[0].foo` */
  readonly unknownFields: readonly string[];
  readonly typeErrors: readonly string[];
}

interface Walk {
  readonly unknownFields: string[];
  readonly typeErrors: string[];
  readonly keepEmpty: boolean;
}

export interface DecodeOptions {
  /**
   * Keeps empty lists and maps, which are meaningful in an apply patch; default: drops them, like Go when it stores the
   * object.
   */
  readonly keepEmpty?: boolean;
}

/** Decodes a JSON body like Go's decoder: drops and reports unknown fields; a value of a wrong type is an error. */
export function decode(body: unknown, schema: Schema, { keepEmpty = false }: DecodeOptions = {}): Decoded {
  const walk: Walk = { unknownFields: [], typeErrors: [], keepEmpty };
  const value = read(body, schema, '', walk);
  return { value, unknownFields: walk.unknownFields, typeErrors: walk.typeErrors };
}

function read(value: unknown, schema: Schema, path: string, walk: Walk): unknown {
  const resolved = resolve(schema);
  if (resolved.oneOf) return readEither(value, resolved, path, walk);
  switch (resolved.type) {
    case 'object':
      return isObject(value) ? readObject(value, resolved, path, walk) : wrong(value, 'object', path, walk);
    case 'array':
      return Array.isArray(value)
        ? value.map((item, index) => read(item, resolved.items ?? {}, `${path}[${index}]`, walk))
        : wrong(value, 'array', path, walk);
    case 'string':
      return typeof value === 'string' ? readText(value, resolved, path, walk) : wrong(value, 'string', path, walk);
    case 'boolean':
      return typeof value === 'boolean' ? value : wrong(value, 'bool', path, walk);
    case 'integer':
      return Number.isInteger(value) ? value : wrong(value, resolved.format ?? 'int64', path, walk);
    case 'number':
      return typeof value === 'number' ? value : wrong(value, 'float64', path, walk);
    default:
      return value;
  }
}

function readObject(value: JsonObject, schema: Schema, path: string, walk: Walk): JsonObject {
  if (!schema.properties && !schema.additionalProperties) return value;
  const entries = Object.entries(value).flatMap(([key, inner]): Array<[string, unknown]> => {
    const known = propertyOf(schema, key);
    const here = path === '' ? key : `${path}.${key}`;
    if (!known) walk.unknownFields.push(here);
    const optional = !(schema.required ?? []).includes(key);
    return known && inner !== null && !(optional && !walk.keepEmpty && isNothing(inner, known))
      ? [[key, read(inner, known, here, walk)]]
      : [];
  });
  return Object.fromEntries(entries);
}

// Go omits empty lists and maps; an empty structure (`emptyDir: {}`) is meaningful.
function isNothing(value: unknown, schema: Schema): boolean {
  const { type, additionalProperties } = resolve(schema);
  if (Array.isArray(value)) return value.length === 0 && type === 'array';
  return isObject(value) && Object.keys(value).length === 0 && additionalProperties !== undefined;
}

function readEither(value: unknown, schema: Schema, path: string, walk: Walk): unknown {
  const isQuantity = schema.format !== 'int-or-string';
  if (typeof value === 'string' || Number.isInteger(value)) {
    const error = isQuantity ? quantityError(String(value)) : undefined;
    if (error !== undefined) walk.typeErrors.push(error);
    return isQuantity ? String(value) : value;
  }
  return typeof value === 'number' && isQuantity
    ? String(value)
    : wrong(value, schema.format ?? 'quantity', path, walk);
}

function readText(value: string, schema: Schema, path: string, walk: Walk): string {
  const base64 = /^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
  if (schema.format === 'byte' && !base64.test(value.replace(/[\r\n]/g, ''))) walk.typeErrors.push(`${path}: ${ILLEGAL_BASE64}`);
  return value;
}

function wrong(value: unknown, wanted: string, path: string, walk: Walk): unknown {
  const found = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : value === null ? 'null' : typeof value;
  walk.typeErrors.push(`json: cannot unmarshal ${found} into Go struct field ${path} of type ${wanted}`);
  return value;
}
