import { axes, projectOf, type Cell } from './cells';

export interface CellResult {
  readonly cell: Cell;
  readonly text: string;
}

const pad = (text: string, width: number): string => text.padEnd(width);

/** A row per strategy and router, a column per situation; `-`: not played. */
export function tableOf(results: readonly CellResult[]): string {
  const texts = new Map(results.map(({ cell, text }) => [projectOf(cell), text]));
  const rows = axes.strategy.flatMap((strategy) =>
    axes.router.map((router) => [
      strategy, router, ...axes.situation.map((situation) => texts.get(projectOf({ strategy, router, situation })) ?? '-'),
    ]));
  const all = [['strategy', 'router', ...axes.situation], ...rows];
  const widths = all[0]!.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  return all.map((row) => row.map((text, column) => pad(text, widths[column]!)).join('  ').trimEnd()).join('\n');
}
