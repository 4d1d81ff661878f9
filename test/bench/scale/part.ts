import type { Disposal } from './disposal';
import type { Candidate, ScaleOptions, Wanted } from './options';
import type { Measured } from './rows';
import type { Profile } from './table';

export interface PartResult {
  readonly figures: Measured;
  /** Profiles by id of the row. */
  readonly profiles: Readonly<Record<string, Profile>>;
  /** Facts that limit what the figures mean. */
  readonly notes: readonly string[];
}

/** Measures some rows of one build; `disposal` stops what the part has started. */
export type Part = (candidate: Candidate, options: ScaleOptions, wanted: Wanted, disposal: Disposal) => Promise<PartResult>;
