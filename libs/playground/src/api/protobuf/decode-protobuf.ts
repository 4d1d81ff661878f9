import type { JsonObject } from '../json';
import numbers from '../schema/protobuf-fields.json';
import { definitionName, definitions, propertyOf, referredName, resolve, type Schema } from '../schema/schema';
import { badRequest } from '../status';
import { readFields, type WireField } from './wire';

/** JSON name, whether zero is meaningful, and the message of an embedded structure. */
type Field = readonly [name: string, keepsZero: boolean, embedded?: string];
const messages = numbers as unknown as Readonly<Record<string, Readonly<Record<string, Field>>>>;

const magic = Buffer.from('k8s\0');
const meta = 'io.k8s.apimachinery.pkg.apis.meta.v1.';

/** The JSON of an object sent as `application/vnd.kubernetes.protobuf`; 400 if its kind is not served. */
export function decodeProtobuf(body: Buffer): JsonObject {
  if (!body.subarray(0, 4).equals(magic)) throw badRequest('the body is not Kubernetes protobuf');
  try {
    const envelope = readFields(body.subarray(4));
    const type = readFields(bytesOf(envelope, 1));
    const [apiVersion, kind] = [bytesOf(type, 1).toString(), bytesOf(type, 2).toString()];
    const name = kind === 'DeleteOptions' ? `${meta}DeleteOptions` : definitionName(apiVersion, kind);
    return { apiVersion, kind, ...readMessage(bytesOf(envelope, 2), name, definitions[name] ?? {}) };
  } catch (error) {
    throw badRequest(`the body can't be decoded: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const bytesOf = (fields: readonly WireField[], number: number): Buffer => {
  const value = fields.find((field) => field.number === number)?.value;
  return Buffer.isBuffer(value) ? value : Buffer.alloc(0);
};

function readMessage(message: Buffer, name: string, schema: Schema): JsonObject {
  const known = messages[name] ?? {};
  const values = new Map<string, unknown>();
  for (const { number, value } of readFields(message)) {
    const [key, keepsZero, embedded] = known[number] ?? [];
    if (key === undefined || key === '-') continue;
    if (embedded !== undefined)
      Object.entries(readMessage(asBytes(value), embedded, schema)).forEach(([inner, each]) => values.set(inner, each));
    else add(values, key, value, propertyOf(schema, key) ?? {}, keepsZero ?? true);
  }
  return Object.fromEntries(values);
}

function add(values: Map<string, unknown>, key: string, value: WireField['value'], schema: Schema, keepsZero: boolean): void {
  const resolved = resolve(schema);
  if (resolved.type === 'array') {
    values.set(key, [...((values.get(key) as unknown[] | undefined) ?? []), readValue(value, resolved.items ?? {})]);
  } else if (resolved.type === 'object' && resolved.additionalProperties && !resolved.properties) {
    const entry = readFields(asBytes(value));
    const inner = entry.find(({ number }) => number === 2)?.value ?? Buffer.alloc(0);
    values.set(key, {
      ...(values.get(key) as object | undefined),
      [bytesOf(entry, 1).toString()]: readValue(inner, resolved.additionalProperties),
    });
  } else {
    const read = readValue(value, schema);
    const zero = read === '' || read === 0 || read === false;
    if (read !== undefined && (keepsZero || !zero)) values.set(key, read);
  }
}

function readValue(value: WireField['value'], schema: Schema): unknown {
  const resolved = resolve(schema);
  const name = referredName(schema);
  if (name === `${meta}Time` || name === `${meta}MicroTime`) return readTime(asBytes(value), name.endsWith('MicroTime') ? 6 : 0);
  if (name === `${meta}FieldsV1`) return JSON.parse(bytesOf(readFields(asBytes(value)), 1).toString() || '{}') as unknown;
  if (resolved.oneOf)
    return resolved.format === 'int-or-string' ? readIntOrString(asBytes(value)) : bytesOf(readFields(asBytes(value)), 1).toString();
  switch (resolved.type) {
    case 'boolean':
      return value === 1n;
    case 'integer':
      return Number(value);
    case 'number':
      return asBytes(value).readDoubleLE();
    case 'string':
      return asBytes(value).toString(resolved.format === 'byte' ? 'base64' : 'utf8');
    default:
      return name === undefined ? undefined : readMessage(asBytes(value), name, resolved);
  }
}

const asBytes = (value: WireField['value']): Buffer => {
  if (!Buffer.isBuffer(value)) throw new RangeError('a number stands where bytes should');
  return value;
};

/** RFC 3339 with this number of decimals; `undefined` for the zero time, which is an empty message. */
function readTime(message: Buffer, decimals: 0 | 6): string | undefined {
  const fields = readFields(message);
  const part = (number: number): number => Number(fields.find((field) => field.number === number)?.value ?? 0n);
  if (fields.length === 0) return undefined;
  const seconds = new Date(part(1) * 1000).toISOString().slice(0, 19);
  return decimals === 0 ? `${seconds}Z` : `${seconds}.${String(Math.floor(part(2) / 1000)).padStart(6, '0')}Z`;
}

function readIntOrString(message: Buffer): number | string {
  const fields = readFields(message);
  const isText = fields.some(({ number, value }) => number === 1 && value === 1n);
  return isText ? bytesOf(fields, 3).toString() : Number(fields.find(({ number }) => number === 2)?.value ?? 0n);
}
