import { activeMs, sinceStart } from '../active-time';
import type { Context, Decision } from '../context';
import type { Current } from '../current';
import { trafficDriftReason } from '../reasons/traffic-drift';
import type { StateOf } from '../state';
import { msOf } from '../time';
import { repeatsAfter } from '../traffic-drift';

/** Sets the traffic again as the last shift had set it, once the wait is over in active time. */
export function repeatShift(state: StateOf<'releasing'>, current: Current, context: Context, now: number): Decision | undefined {
  const seconds = repeatsAfter(state, current);
  const { trafficDrift } = current;
  if (seconds === undefined || !trafficDrift || !state.lastShift) return undefined;
  const clock = { ...sinceStart(current), from: msOf(trafficDrift.at) };
  if (activeMs(clock, context, now) < seconds * 1_000) return undefined;
  return { type: 'ShiftRepeated', data: { ...current.ref, shift: state.lastShift.step, reason: trafficDriftReason(trafficDrift) } };
}
