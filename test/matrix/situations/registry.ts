import { aborted } from './aborted';
import { autoscaled } from './autoscaled';
import { failing } from './failing';
import { good } from './good';
import { healed } from './healed';
import { podKilled } from './pod-killed';
import { scaledDown } from './scaled-down';
import type { Situation } from './situation';

/** All situations of the matrix by name, in the order of the table's columns. */
export const situations = {
  good, failing, scaledDown, aborted, podKilled, autoscaled, healed,
} satisfies Readonly<Record<string, Situation>>;

export type SituationName = keyof typeof situations;
