import { isObject, type JsonObject } from '../json';
import { propertyOf, resolve, type Schema } from '../schema/schema';

/** The object with the defaults of its schema at every level, as the API server fills in custom resources. */
export function withSchemaDefaults(object: JsonObject, schema: Schema | undefined): JsonObject {
  const resolved = resolve(schema);
  const missing = Object.entries(resolved.properties ?? {}).flatMap(([key, inner]) =>
    object[key] === undefined && inner.default !== undefined ? [[key, inner.default] as const] : [],
  );
  const filled = { ...object, ...Object.fromEntries(missing) };
  return Object.fromEntries(Object.entries(filled).map(([key, value]) => [key, below(value, propertyOf(resolved, key))]));
}

function below(value: unknown, schema: Schema | undefined): unknown {
  if (Array.isArray(value)) return value.map((item) => below(item, resolve(schema).items));
  return isObject(value) ? withSchemaDefaults(value, schema) : value;
}
