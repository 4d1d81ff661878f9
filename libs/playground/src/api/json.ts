/** A JSON object of any shape. */
export type JsonObject = Record<string, unknown>;

export const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

export const objectOrEmpty = (value: unknown): JsonObject => (isObject(value) ? value : {});
export const arrayOrEmpty = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Value at a path of keys; `undefined` if a part is missing. */
export const at = (value: unknown, ...path: ReadonlyArray<string | number>): unknown =>
  path.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner !== null && Object.hasOwn(inner, key) ? (inner as JsonObject)[key] : undefined),
    value,
  );

/** Canonical JSON with sorted keys, for comparison and as map key. */
export function stableJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(stableJson).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value) ?? 'null';
  const entries = Object.keys(value).filter((key) => value[key] !== undefined).sort();
  return `{${entries.map((key) => `${JSON.stringify(key)}:${stableJson(value[key])}`).join(',')}}`;
}
