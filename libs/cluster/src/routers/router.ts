import type { RouterName, TrafficDrift } from '@alloy/release';
import type { DesiredOf } from '../desired';
import type { Live, LiveTraffic } from '../live';
import type { NextWrite } from '../write';
import type { ReachedTraffic } from './traffic-fault';
import type { RouteShape } from './weighted-route/route-format';

/**
 * A method of sending part of the traffic to the canary. Each method is pure and level-triggered: the caller performs
 * the write and calls it again. Undefined: what it is asked for holds, and the step may continue.
 */
export interface Router {
  readonly name: RouterName;
  /** The routes that divide the traffic; absent: it needs none. */
  readonly format?: RouteShape;
  /** What the router needs of its own before the canary has pods. It moves no traffic. */
  prepare(desired: DesiredOf<'apply'>, live: Live): NextWrite | undefined;
  /** The next safe write towards the requested weight, or a wait, or the outcome with the reached weight. */
  shift(desired: DesiredOf<'shiftTraffic'>, live: Live): NextWrite;
  /**
   * Leaves at most `percent` of the traffic on the canary, and sends the rest to stable. After 0 nothing of the router
   * is left. The steps call it before they take pods from the canary, when stable has pods for its share.
   */
  limit(desired: Limited, live: Live, percent: number): NextWrite | undefined;
  /** What must hold before `web` gets the new template: a router that switches all of the traffic has done so. */
  beforePromotion(desired: DesiredOf<'promote'>, live: Live): NextWrite | undefined;
  /** How the objects of the router differ from what the last shift has set, and what their status reports. */
  verify(reached: ReachedTraffic, live: LiveTraffic): readonly TrafficDrift[];
}

export type Limited = DesiredOf<'apply' | 'promote' | 'retire' | 'rollback' | 'scaleDownCanary' | 'withdraw' | 'handBack'>;
