/** A promise that was broken, and where. */
export interface Violation {
  readonly promise: 'P1' | 'P2' | 'P3' | 'P14' | 'P15';
  /** resourceVersion, or `seq` of an event. */
  readonly at: number;
  readonly text: string;
}

/** What a checker has looked at, so that it can be seen that there was something to look at. */
export interface Judgement {
  readonly violations: readonly Violation[];
  /** Writes, losses, events or requests that were judged. */
  readonly judged: number;
}
