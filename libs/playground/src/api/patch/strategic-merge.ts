import { arrayOrEmpty, isObject, stableJson, type JsonObject } from '../json';
import { propertyOf, resolve, type Schema } from '../schema/schema';
import { badRequest } from '../status';
import { mergeOrder } from './merge-order';

const orderPrefix = '$setElementOrder/';
const deletePrefix = '$deleteFromPrimitiveList/';

/**
 * Kubernetes' strategic merge patch: lists with a merge key merge item by item; supports the directives `$patch`,
 * `$retainKeys`, `$setElementOrder` and `$deleteFromPrimitiveList`.
 */
export function strategicMerge(document: JsonObject, patch: JsonObject, schema: Schema): JsonObject {
  const resolved = resolve(schema);
  const directive = patch['$patch'];
  if (directive === 'replace') return withoutDirectives(patch) as JsonObject;
  if (directive === 'delete') return {};
  if (directive !== undefined && directive !== 'merge') throw badRequest(`unknown patch type: ${String(directive)}`);
  const merged = new Map(Object.entries(document));
  const retained = patch['$retainKeys'];
  if (Array.isArray(retained)) for (const key of [...merged.keys()]) if (!retained.includes(key)) merged.delete(key);
  for (const key of keysOf(patch)) {
    const value = mergeKey(merged.get(key), patch, key, propertyOf(resolved, key));
    if (value === undefined) merged.delete(key);
    else merged.set(key, value);
  }
  return Object.fromEntries(merged);
}

/** The fields that a patch changes, including those that it only orders or deletes from. */
function keysOf(patch: JsonObject): Set<string> {
  const names = Object.keys(patch).flatMap((key) => {
    if (key.startsWith(orderPrefix)) return [key.slice(orderPrefix.length)];
    if (key.startsWith(deletePrefix)) return [key.slice(deletePrefix.length)];
    return key === '$patch' || key === '$retainKeys' ? [] : [key];
  });
  return new Set(names);
}

function mergeKey(live: unknown, patch: JsonObject, key: string, schema: Schema | undefined): unknown {
  const asked = patch[key];
  if (Object.hasOwn(patch, key) && asked === null) return undefined;
  const strategies = (schema?.['x-kubernetes-patch-strategy'] ?? '').split(',');
  const order = patch[orderPrefix + key];
  const deleted = patch[deletePrefix + key];
  const listed = Array.isArray(asked) || order !== undefined || deleted !== undefined;
  if (listed && strategies.includes('merge'))
    return mergeList(
      arrayOrEmpty(live),
      arrayOrEmpty(asked),
      arrayOrEmpty(deleted),
      Array.isArray(order) ? order : undefined,
      schema ?? {},
    );
  if (asked === undefined) return live;
  if (isObject(asked) && isObject(live) && !strategies.includes('replace')) return strategicMerge(live, asked, schema ?? {});
  return isObject(asked) ? strategicMerge({}, asked, schema ?? {}) : withoutDirectives(asked);
}

function mergeList(
  live: readonly unknown[],
  asked: readonly unknown[],
  deleted: readonly unknown[],
  order: readonly unknown[] | undefined,
  schema: Schema,
): unknown[] {
  const mergeOn = schema['x-kubernetes-patch-merge-key'];
  const keyOf = (item: unknown): string => {
    if (mergeOn === undefined) return stableJson(item);
    if (!isObject(item) || item[mergeOn] === undefined)
      throw badRequest(`map: ${stableJson(item)} does not contain declared merge key: ${mergeOn}`);
    return stableJson(item[mergeOn]);
  };
  const merged = mergeOn === undefined ? mergePrimitives(live, asked, deleted) : mergeItems(live, asked, keyOf, schema.items ?? {});
  if (order === undefined) return merged;
  const wanted = order.map(keyOf);
  const inOrder = wanted.flatMap((key) => merged.filter((item) => keyOf(item) === key));
  const unordered = merged.filter((item) => !wanted.includes(keyOf(item)));
  return mergeOrder(inOrder, unordered, live.map(keyOf), keyOf);
}

function mergePrimitives(live: readonly unknown[], asked: readonly unknown[], deleted: readonly unknown[]): unknown[] {
  const gone = new Set(deleted.map(stableJson));
  const kept = live.filter((item) => !gone.has(stableJson(item)));
  const known = new Set(kept.map(stableJson));
  return [...kept, ...asked.filter((item) => !known.has(stableJson(item)))];
}

function mergeItems(live: readonly unknown[], asked: readonly unknown[], keyOf: (item: unknown) => string, schema: Schema): unknown[] {
  if (asked.some((item) => isObject(item) && item['$patch'] === 'replace'))
    return asked.filter((item) => !(isObject(item) && item['$patch'] === 'replace')).map(withoutDirectives);
  const merged = new Map(live.map((item) => [keyOf(item), item]));
  for (const item of asked) {
    const key = keyOf(item);
    const patch = item as JsonObject;
    if (patch['$patch'] === 'delete') merged.delete(key);
    else merged.set(key, strategicMerge((merged.get(key) ?? {}) as JsonObject, patch, schema));
  }
  return [...merged.values()];
}

/** A replacing value without directives and nulls. */
function withoutDirectives(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDirectives);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, inner]) => inner !== null && !key.startsWith('$'))
      .map(([key, inner]) => [key, withoutDirectives(inner)]),
  );
}
