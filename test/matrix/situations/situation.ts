import type { Story } from '../../support/story';
import type { MatrixRouter } from '../routers';
import type { MatrixPolicy, MatrixStrategy } from '../strategies';

export interface CellParts {
  readonly shop: Story;
  readonly strategy: MatrixStrategy;
  readonly router: MatrixRouter;
}

/** What happens to a release of v2 while v1 is stable. */
export interface Situation {
  /** Whether the release waits in the middle until the situation ends it; default false. */
  readonly held?: true;
  /** Seconds; default 60. */
  readonly progressDeadline?: number;
  /** Further keys of the policy. */
  readonly policy?: MatrixPolicy;
  /** Further objects of the user. */
  readonly prepare?: (parts: CellParts) => Promise<void>;
  /** Plays it, and expects the right end. Returns the id of the release. */
  play(parts: CellParts): Promise<string>;
}

export const PODS = 3;
