import type { Surroundings } from '@alloy/ledger';

/** What a new release must be checked against, as of one moment. */
export interface SurroundingsFinder {
  /** Undefined: no such project. */
  find(project: string, environment: string): Promise<Surroundings | undefined>;
}
