const MAX_DISTANCE = 3;

/**
 * The known key closest to `key` by edit distance (Levenshtein 1966), ignoring case and separators; undefined if none
 * is close.
 */
export function nearestKey(key: string, known: readonly string[]): string | undefined {
  if (key.length > 64) return undefined;
  const ranked = known
    .map((candidate) => ({ candidate, distance: distance(plain(key), plain(candidate)) }))
    .sort((a, b) => a.distance - b.distance);
  const [best] = ranked;
  return best && best.distance <= Math.min(MAX_DISTANCE, Math.floor(best.candidate.length / 2)) ? best.candidate : undefined;
}

/** Makes `imageTag`, `image-tag` and `image_tag` equal. */
const plain = (key: string): string => key.toLowerCase().replace(/[^a-z0-9]/g, '');

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      next.push(Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length]!;
}
