import { count } from '../output/count';

/** A view that follows the log, as the API shows it, and its last rebuild. */
export interface Projection {
  readonly name: string;
  readonly seq: number;
  /** Events that it has not folded yet. */
  readonly behind: number;
  readonly rebuild: Rebuild | null;
}

export interface Rebuild {
  readonly state: 'running' | 'swapped' | 'compared' | 'failed' | 'interrupted';
  /** How far it is, and how far it goes. */
  readonly seq: number;
  readonly target: number;
  readonly startedAt: string;
  readonly updatedAt: string;
  /** Rows; null: not compared, the live view is behind. */
  readonly comparison: { readonly live: number; readonly rebuilt: number; readonly onlyLive: number; readonly onlyRebuilt: number } | null;
  readonly error: string | null;
}

/** Ended as wished: swapped, or compared and found to be the same. */
export const isWell = ({ state, comparison }: Rebuild): boolean =>
  state === 'swapped' || (state === 'compared' && comparison !== null && comparison.onlyLive + comparison.onlyRebuilt === 0);

/** What came of it, in a few words. */
export function outcomeOf({ state, comparison, error }: Rebuild): string {
  if (error !== null) return `${state}: ${error}`;
  if (comparison === null) return `${state}; not compared, the live view is behind`;
  const { rebuilt, onlyLive, onlyRebuilt } = comparison;
  return `${state}; ${count(rebuilt, 'row')}, ${onlyLive + onlyRebuilt === 0 ? 'none differed' : `${onlyLive} only live, ${onlyRebuilt} only rebuilt`}`;
}
