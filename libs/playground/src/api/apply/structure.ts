import { isObject, stableJson } from '../json';
import { isAtomicMap, listKeys, listKind, propertyOf, resolve, type Schema } from '../schema/schema';

/** A child of a value, by its path step in managedFields. */
export interface Child {
  /** `f:name`, `k:{"name":"web"}` or `v:"x"`. */
  readonly step: string;
  readonly value: unknown;
  readonly schema: Schema;
  /** Map entries and list items are members themselves; a struct's field only by its content. */
  readonly counts: boolean;
  /** Whether it always exists in Go: a struct by value, or a required list. */
  readonly always: boolean;
}

/** The children that can be owned individually; `undefined` for a value that is owned as a whole. */
export function childrenOf(value: unknown, schema: Schema): Child[] | undefined {
  const resolved = resolve(schema);
  if (Array.isArray(value)) return childrenOfList(value, resolved);
  if (!isObject(value) || isAtomicMap(resolved)) return undefined;
  return Object.entries(value).filter(([, inner]) => inner !== undefined && inner !== null).map(([key, inner]) => {
    const schema = propertyOf(resolved, key) ?? {};
    const always = (isObject(inner) && isObject(schema.default)) || (Array.isArray(inner) && (resolved.required ?? []).includes(key));
    return { step: `f:${key}`, value: inner, schema, counts: !Object.hasOwn(resolved.properties ?? {}, key), always };
  });
}

function childrenOfList(list: readonly unknown[], schema: Schema): Child[] | undefined {
  switch (listKind(schema)) {
    case 'atomic':
      return undefined;
    case 'set':
      return list.map((item) => ({
        step: `v:${JSON.stringify(item)}`,
        value: item,
        schema: schema.items ?? {},
        counts: true,
        always: false,
      }));
    case 'map':
      return list.map((item) => ({
        step: `k:${stableJson(listKeys(schema, item))}`,
        value: item,
        schema: schema.items ?? {},
        counts: true,
        always: false,
      }));
  }
}
