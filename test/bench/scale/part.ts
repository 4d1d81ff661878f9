import type { Disposal } from './disposal';
import type { Candidate, ScaleOptions, Wanted } from './options';
import type { Measured } from './rows';
import type { Profile } from './table';

export interface PartResult {
  readonly figures: Measured;
  /** By id of the row. */
  readonly profiles: Readonly<Record<string, Profile>>;
  /** What a reader of the figures must know. */
  readonly notes: readonly string[];
}

/** Measures some rows of one build; `disposal` ends what was started. */
export type Part = (candidate: Candidate, options: ScaleOptions, wanted: Wanted, disposal: Disposal) => Promise<PartResult>;
