import { routerNames, type RouterName } from '@alloy/release';
import { make } from 'covertable';
import { situations, type SituationName } from './situations/registry';
import { matrixStrategies, type StrategyName } from './strategies';

/** One release of the matrix. */
export interface Cell {
  readonly strategy: StrategyName;
  readonly router: RouterName;
  readonly situation: SituationName;
}

const keysOf = <K extends string>(record: Readonly<Record<K, unknown>>): K[] => Object.keys(record) as K[];

export const axes: { readonly [K in keyof Cell]: Cell[K][] } = {
  strategy: keysOf(matrixStrategies),
  router: [...routerNames],
  situation: keysOf(situations),
};

export const allCells = (): readonly Cell[] =>
  axes.strategy.flatMap((strategy) =>
    axes.router.flatMap((router) => axes.situation.map((situation): Cell => ({ strategy, router, situation }))));

/** Cells that contain each pair of two axes' values; the same ones each time. */
export const pairwiseCells = (): readonly Cell[] => make(axes) as Cell[];

/** The project of the cell and its namespace. */
export const projectOf = ({ strategy, router, situation }: Cell): string => `${strategy}-${router}-${situation}`.toLowerCase();
