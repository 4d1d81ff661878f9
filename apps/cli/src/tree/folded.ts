const CODES = /\u001b\[[0-9;]*m/g;

/** A line in pieces of at most so many columns, broken between words; colours take none. A word that is longer than that stays whole. */
export function folded(line: string, columns: number): readonly string[] {
  return line.split(' ').reduce<string[]>((lines, word) => {
    const last = lines.at(-1);
    if (last === undefined || widthOf(last) + 1 + widthOf(word) > columns) return [...lines, word];
    return [...lines.slice(0, -1), `${last} ${word}`];
  }, []);
}

const widthOf = (text: string): number => [...text.replace(CODES, '')].length;
