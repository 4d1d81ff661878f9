import { isObject, stableJson } from '../json';
import { isAtomicMap, listKeys, listKind, propertyOf, resolve, type Schema } from '../schema/schema';

/** One child of a value as its owner's record names it. */
export interface Child {
  /** `f:name`, `k:{"name":"web"}` or `v:"x"`. */
  readonly step: string;
  readonly value: unknown;
  readonly schema: Schema;
  /** A map's entry or a list's item is a member itself; a struct's field only by what it holds. */
  readonly counts: boolean;
  /** Exists in Go whether it is set or not: a structure by value, or a list that is required. */
  readonly always: boolean;
}

/** The children that may be owned one by one; `undefined` for a value that is owned as a whole. */
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
      return list.map((item) => ({ step: `v:${JSON.stringify(item)}`, value: item, schema: schema.items ?? {}, counts: true, always: false }));
    case 'map':
      return list.map((item) => ({ step: `k:${stableJson(listKeys(schema, item))}`, value: item, schema: schema.items ?? {}, counts: true, always: false }));
  }
}
