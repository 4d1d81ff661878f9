/** One place where two JSON values are not the same; undefined: it is not there at all. */
export interface Difference {
  /** As in `reason.code`; empty: the whole. */
  readonly path: string;
  readonly recorded: unknown;
  readonly today: unknown;
}

/** Every place where the two differ, deepest first to be told apart; a field that is undefined is one that is not there. */
export function differencesOf(recorded: unknown, today: unknown, path = ''): readonly Difference[] {
  if (Object.is(recorded, today)) return [];
  if (!isObject(recorded) || !isObject(today) || Array.isArray(recorded) !== Array.isArray(today)) return [{ path, recorded, today }];
  const keys = [...new Set([...Object.keys(recorded), ...Object.keys(today)])];
  return keys.flatMap((key) => differencesOf(recorded[key], today[key], path === '' ? key : `${path}.${key}`));
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;
