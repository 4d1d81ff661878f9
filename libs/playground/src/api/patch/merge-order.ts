/**
 * Merges a requested list with items that only the live list has: requested items keep their order, live-only items
 * their position relative to earlier neighbours.
 * `liveOrder`: keys in live order.
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
