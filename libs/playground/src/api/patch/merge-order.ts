/**
 * Joins a list that was asked for with what only the live one has: asked items keep their order, live-only ones their place among those that were there before.
 * `liveOrder` are the keys as they stood.
 */
export function mergeOrder<T>(asked: readonly T[], liveOnly: readonly T[], liveOrder: readonly string[], keyOf: (item: T) => string): T[] {
  const place = new Map(liveOrder.map((key, index) => [key, index]));
  const rest = [...liveOnly];
  const joined: T[] = [];
  for (const item of asked) {
    const index = place.get(keyOf(item)) ?? -1;
    while (rest[0] !== undefined && (place.get(keyOf(rest[0])) ?? 0) < index) joined.push(rest.shift() as T);
    joined.push(item);
  }
  return [...joined, ...rest];
}
