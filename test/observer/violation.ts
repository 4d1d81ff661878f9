/** A promise of Alloy's by its number; `fence`: no object's fence goes back; `end`: the cluster looks as the outcome says. */
export type PromiseId = 'P1' | 'P2' | 'P3' | 'P4' | 'P14' | 'P15' | 'P16' | 'P22' | 'P27' | 'P28' | 'P30' | 'fence' | 'end';

/** A promise that was broken, and where. */
export interface Violation {
  readonly promise: PromiseId;
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
