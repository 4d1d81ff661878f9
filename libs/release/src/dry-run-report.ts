/** The API server's answers to a dry run of the objects as a release will write them. */
export interface DryRunReport {
  /** Number of objects that the API server checked. */
  readonly checked: number;
  /** Objects that it would refuse. */
  readonly refused: readonly DryRunAnswer[];
  /** Objects that it could not check, because of an admission webhook with side effects. */
  readonly notChecked: readonly DryRunAnswer[];
}

export interface DryRunAnswer {
  readonly kind: string;
  readonly name: string;
  /** One sentence with the API server's message, without values of Secrets. */
  readonly cause: string;
}
