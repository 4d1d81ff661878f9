import { routerNames, strategyNames } from '@alloy/release';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { allCells, axes, pairwiseCells, projectOf, type Cell } from './cells';
import { notPlayed } from './routers';
import { matrixStrategies } from './strategies';

const root = join(__dirname, '..', '..');
/** What CI can play in its time. */
const MOST = 40;

const pairs = (cells: readonly Cell[]): ReadonlySet<string> =>
  new Set(cells.flatMap(({ strategy, router, situation }) => [
    `${strategy} ${router}`, `${strategy} ${situation}`, `${router} ${situation}`,
  ]));

it('the selection for CI has each pair of a strategy, a router and a situation, in at most 40 cells', () => {
  expect(pairs(pairwiseCells())).toEqual(pairs(allCells()));
  expect(pairwiseCells().length).toBeLessThanOrEqual(MOST);
  expect(pairwiseCells().length).toBeLessThan(allCells().length);
  expect(pairwiseCells()).toEqual(pairwiseCells());
});

it('the matrix has each strategy of a version', () => {
  const requested = Object.values(matrixStrategies).map((strategy) => strategy.requested);
  expect(new Set<string>(requested)).toEqual(new Set(strategyNames.filter((name) => name !== 'handBack')));
});

it('the matrix has each router, or a spec releases with it elsewhere', () => {
  expect(new Set<string>([...axes.router, ...Object.keys(notPlayed)])).toEqual(new Set<string>(routerNames));
  for (const [router, spec] of Object.entries(notPlayed)) expect(readFileSync(join(root, spec), 'utf8')).toContain(`'${router}'`);
});

it('the whole matrix has each possible combination once, in a project of its own', () => {
  const { strategy, router, situation } = axes;
  const possible = (strategy.length - 1) * (router.length - 1) + 1;
  expect(allCells()).toHaveLength(possible * situation.length);
  expect(new Set(allCells().map(projectOf)).size).toBe(allCells().length);
});
