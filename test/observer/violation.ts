/** A promise of Alloy by its number; `fence`: no object's fence decreases; `end`: the cluster matches the outcome. */
export type PromiseId =
  | 'P1' | 'P2' | 'P3' | 'P4' | 'P14' | 'P15' | 'P16' | 'P22' | 'P27' | 'P28' | 'P29' | 'P30' | 'P31' | 'P32' | 'fence' | 'end';

/** A violated promise, with its position. */
export interface Violation {
  readonly promise: PromiseId;
  /** resourceVersion, or `seq` of an event. */
  readonly at: number;
  readonly text: string;
}

/** The result of a checker, with the number of checked items, which shows that there was something to check. */
export interface Judgement {
  readonly violations: readonly Violation[];
  /** Number of checked writes, losses, events or requests. */
  readonly judged: number;
}
