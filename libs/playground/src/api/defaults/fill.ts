import { isObject, type JsonObject } from '../json';

/** Sets missing keys; existing values remain. */
export const fill = (value: unknown, defaults: JsonObject): JsonObject => {
  const given = isObject(value) ? value : {};
  return {
    ...given,
    ...Object.fromEntries(Object.entries(defaults).filter(([key, inner]) => given[key] === undefined && inner !== undefined)),
  };
};

/** Changes one key, if the object has it. */
export const within = (value: JsonObject, key: string, change: (inner: unknown) => unknown): JsonObject =>
  value[key] === undefined ? value : { ...value, [key]: change(value[key]) };

/** `change` on each item of a list. */
export const each =
  (change: (item: JsonObject) => JsonObject) =>
  (list: unknown): unknown =>
    Array.isArray(list) ? list.map((item) => (isObject(item) ? change(item) : item)) : list;
