import type { Surroundings } from '@alloy/ledger';

/** Reads the data for the checks of a new release, in one snapshot. */
export interface SurroundingsFinder {
  /** Undefined: the project does not exist. */
  find(project: string, environment: string): Promise<Surroundings | undefined>;
}
