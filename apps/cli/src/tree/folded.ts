const CODES = /\u001b\[[0-9;]*m/g;

/** Wraps a line at `columns`, between words; colour codes take no columns. Longer words stay whole. */
export function folded(line: string, columns: number): readonly string[] {
  return line.split(' ').reduce<string[]>((lines, word) => {
    const last = lines.at(-1);
    if (last === undefined || widthOf(last) + 1 + widthOf(word) > columns) return [...lines, word];
    return [...lines.slice(0, -1), `${last} ${word}`];
  }, []);
}

const widthOf = (text: string): number => [...text.replace(CODES, '')].length;
