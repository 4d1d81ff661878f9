import type { DesiredOf } from '../desired';
import type { Live } from '../live';
import type { NextWrite } from '../write';

/** A way of sending part of the traffic to the canary. */
export interface Router {
  readonly name: string;
  /** One safe write towards the asked weight, or wait, or done with the weight reached. Pure; ask again after each write. */
  shift(desired: DesiredOf<'shiftTraffic'>, live: Live): NextWrite;
}
