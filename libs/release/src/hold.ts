import type { Payloads } from './events';

/** A user's hold on the releases of a project and environment: new ones wait until a user lifts it. */
export interface Hold {
  /** Id of the user. */
  readonly by: string;
  /** ISO 8601. */
  readonly since: string;
  /** Reason given by the user; null: none. */
  readonly reason: string | null;
  /** The rollback with which it was placed; null: it was placed without one. */
  readonly release: string | null;
}

/** What decides whether a hold applies to a release. */
export interface HoldSubject {
  /** Expedited: a rollback, for example. */
  readonly urgent: boolean;
  readonly handsBack?: boolean | undefined;
  readonly overridesHold?: boolean | undefined;
}

/**
 * Whether a release waits until the hold is lifted: every new version does, unless its user overrides the hold. A
 * rollback and a workload that is handed back release nothing new.
 */
export const isSubjectToHold = ({ urgent, handsBack = false, overridesHold = false }: HoldSubject): boolean =>
  !urgent && !handsBack && !overridesHold;

export const holdSubject = ({ urgent = false, strategy, overridesHold }: Payloads['ReleaseRequested']): HoldSubject =>
  ({ urgent, handsBack: strategy === 'handBack', overridesHold });

/** For example `on hold since 2026-01-31T08:00:00.000Z by anna, with the rollback 01K…: prices are wrong`. */
export const holdText = ({ by, since, reason, release }: Hold): string =>
  `on hold since ${since} by ${by}${release === null ? '' : `, with the rollback ${release}`}${reason === null ? '' : `: ${reason}`}`;
