/** A path at which two JSON values differ; undefined: the value is absent. */
export interface Difference {
  /** For example `reason.code`; empty: the whole value. */
  readonly path: string;
  readonly recorded: unknown;
  readonly today: unknown;
}

/** All paths at which the two values differ; a field that is undefined counts as absent. */
export function differencesOf(recorded: unknown, today: unknown, path = ''): readonly Difference[] {
  if (Object.is(recorded, today)) return [];
  if (!isObject(recorded) || !isObject(today) || Array.isArray(recorded) !== Array.isArray(today)) return [{ path, recorded, today }];
  const keys = [...new Set([...Object.keys(recorded), ...Object.keys(today)])];
  return keys.flatMap((key) => differencesOf(recorded[key], today[key], path === '' ? key : `${path}.${key}`));
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;
