type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The JSON merge patch (RFC 7396) from `from` to `to`: removed values are null, equal ones are omitted. */
export function patchBetween(from: Json, to: Json): Json {
  const patch: Record<string, unknown> = {};
  for (const key of new Set([...Object.keys(from), ...Object.keys(to)])) {
    const [before, after] = [from[key], to[key]];
    if (after === undefined) patch[key] = null;
    else if (isObject(before) && isObject(after)) {
      const inner = patchBetween(before, after);
      if (Object.keys(inner).length > 0) patch[key] = inner;
    } else if (JSON.stringify(before) !== JSON.stringify(after)) patch[key] = after;
  }
  return patch;
}

/** The merge patch for assignments such as `analysis.maxErrorRate` = 0.02; a path may contain objects, not lists. */
export function patchOf(assignments: ReadonlyArray<readonly [path: string, value: unknown]>): Json {
  return assignments.reduce<Json>((patch, [path, value]) => assigned(patch, path.split('.'), value), {});
}

function assigned(patch: Json, [key = '', ...rest]: readonly string[], value: unknown): Json {
  const inner = patch[key];
  return { ...patch, [key]: rest.length === 0 ? value : assigned(isObject(inner) ? inner : {}, rest, value) };
}
