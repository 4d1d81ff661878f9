/** An object of which a release leaves the writing, or the deletion, to others. */
export interface LeftObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  /** The reason in one sentence. */
  readonly why: string;
}
