import { count } from '../output/count';

/** A view that follows the log, and its last rebuild. */
export interface Projection {
  readonly name: string;
  readonly seq: number;
  /** Number of events that it has not applied yet. */
  readonly behind: number;
  readonly rebuild: Rebuild | null;
}

export interface Rebuild {
  readonly state: 'running' | 'swapped' | 'compared' | 'failed' | 'interrupted';
  /** Current and final position. */
  readonly seq: number;
  readonly target: number;
  readonly startedAt: string;
  readonly updatedAt: string;
  /** Number of rows; null: not compared, because the live view is behind. */
  readonly comparison: { readonly live: number; readonly rebuilt: number; readonly onlyLive: number; readonly onlyRebuilt: number } | null;
  readonly error: string | null;
}

/** Whether it succeeded: swapped, or compared and equal. */
export const isWell = ({ state, comparison }: Rebuild): boolean =>
  state === 'swapped' || (state === 'compared' && comparison !== null && comparison.onlyLive + comparison.onlyRebuilt === 0);

/** The result in a few words. */
export function outcomeOf({ state, comparison, error }: Rebuild): string {
  if (error !== null) return `${state}: ${error}`;
  if (comparison === null) return `${state}; not compared, the live view is behind`;
  const { rebuilt, onlyLive, onlyRebuilt } = comparison;
  return `${state}; ${count(rebuilt, 'row')}, ${onlyLive + onlyRebuilt === 0 ? 'none differed' : `${onlyLive} only live, ${onlyRebuilt} only rebuilt`}`;
}
