import { make } from 'covertable';
import { matrixRouters, type PlayedRouter } from './routers';
import { situations, type SituationName } from './situations/registry';
import { matrixStrategies, type StrategyName } from './strategies';

/** One release of the matrix. */
export interface Cell {
  readonly strategy: StrategyName;
  readonly router: PlayedRouter;
  readonly situation: SituationName;
}

const keysOf = <K extends string>(record: Readonly<Record<K, unknown>>): K[] => Object.keys(record) as K[];

export const axes: { readonly [K in keyof Cell]: Cell[K][] } = {
  strategy: keysOf(matrixStrategies),
  router: keysOf(matrixRouters),
  situation: keysOf(situations),
};

/** blueGreen has a router of its own. */
const isPossible = ({ strategy, router }: Cell): boolean => (strategy === 'blueGreen') === (router === 'serviceSelector');

export const allCells = (): readonly Cell[] =>
  axes.strategy.flatMap((strategy) =>
    axes.router.flatMap((router) => axes.situation.map((situation): Cell => ({ strategy, router, situation })))).filter(isPossible);

/** Cells that contain each possible pair of two axes' values; the same ones each time. */
export const pairwiseCells = (): readonly Cell[] => {
  const strategy = axes.strategy.filter((name) => name !== 'blueGreen');
  const router = axes.router.filter((name) => name !== 'serviceSelector');
  return [...(make({ ...axes, strategy, router }) as Cell[]), ...allCells().filter((cell) => cell.strategy === 'blueGreen')];
};

/** The project of the cell and its namespace. */
export const projectOf = ({ strategy, router, situation }: Cell): string => `${strategy}-${router}-${situation}`.toLowerCase();
