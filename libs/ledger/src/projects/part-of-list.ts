/** A part of a list that is ordered by id. */
export interface PartOfList {
  /** Unset: from the start. */
  readonly after?: string | undefined;
  readonly limit: number;
}
