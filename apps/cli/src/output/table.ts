import type { Colors } from './colors';
import { printable } from './printable';

export interface Column<T> {
  /** Heading in capitals. */
  readonly head: string;
  readonly cell: (item: T) => string;
  /** Only with `-o wide`. */
  readonly isWide?: boolean;
  readonly paint?: (text: string, color: Colors, item: T) => string;
}

/** Lines of a table in kubectl's format; only the heading if it is empty. */
export function table<T>(
  items: readonly T[],
  columns: readonly Column<T>[],
  { isWide, color }: { readonly isWide: boolean; readonly color: Colors },
): readonly string[] {
  const shown = columns.filter((column) => isWide || !column.isWide);
  const cells = items.map((item) => shown.map(({ cell }) => printable(cell(item)) || '-'));
  const widths = shown.map(({ head }, i) => Math.max(head.length, ...cells.map((row) => row[i]!.length)));
  const pad = (text: string, i: number): string => (i === shown.length - 1 ? text : text.padEnd(widths[i]!));
  const head = shown.map(({ head }, i) => color.bold(pad(head, i))).join('   ');
  const body = cells.map((row, n) => row.map((text, i) => shown[i]!.paint?.(pad(text, i), color, items[n]!) ?? pad(text, i)).join('   '));
  return [head, ...body];
}
