import type { DesiredOf } from '../desired';
import type { Live } from '../live';
import type { NextWrite } from '../write';

/** A method of sending part of the traffic to the canary. */
export interface Router {
  readonly name: string;
  /**
   * The next safe write towards the requested weight, or a wait, or the outcome with the reached weight. Pure; the
   * caller calls it again after each write.
   */
  shift(desired: DesiredOf<'shiftTraffic'>, live: Live): NextWrite;
}
