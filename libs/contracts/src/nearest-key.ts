const MAX_DISTANCE = 3;
/** A shorter beginning may be common to unrelated keys. */
const LEAST_BEGINNING = 8;

/**
 * The known key closest to `key` by edit distance (Levenshtein 1966), ignoring case and separators, or else the only
 * one that is the beginning of `key` or begins with it; undefined if none is close.
 */
export function nearestKey(key: string, known: readonly string[]): string | undefined {
  if (key.length > 64) return undefined;
  const ranked = known
    .map((candidate) => ({ candidate, distance: distance(plain(key), plain(candidate)) }))
    .sort((a, b) => a.distance - b.distance);
  const [best] = ranked;
  if (best && best.distance <= Math.min(MAX_DISTANCE, Math.floor(best.candidate.length / 2))) return best.candidate;
  const begun = known.filter((candidate) => sharesBeginning(plain(key), plain(candidate)));
  return begun.length === 1 ? begun[0] : undefined;
}

/** Ignores a plural, such as `previewReplicas` for `previewReplicaCount`. */
function sharesBeginning(one: string, other: string): boolean {
  const [short, long] = [one, other].map((name) => name.replace(/s$/, '')).sort((a, b) => a.length - b.length) as [string, string];
  return short.length >= LEAST_BEGINNING && long.startsWith(short);
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
