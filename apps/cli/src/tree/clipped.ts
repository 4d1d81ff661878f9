const PARTS = /\u001b\[[0-9;]*m|[^]/gu;

/** Truncates a line to `columns`; colour codes take no columns and are closed. */
export function clipped(line: string, columns: number): string {
  let left = columns;
  let isCut = false;
  const kept = (line.match(PARTS) ?? []).filter((part) => {
    if (part.startsWith('\u001b')) return true;
    left -= 1;
    isCut ||= left < 0;
    return left >= 0;
  });
  return isCut ? `${kept.join('')}\u001b[0m` : line;
}
