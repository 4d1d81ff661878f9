import type { Current } from './current';
import type { Reason, TrafficDrift } from './events';
import { lostTrafficReason } from './reasons/traffic-drift';
import type { StateOf } from './state';
import { msOf } from './time';

/** Seconds before each repetition of a shift in one step, so that Alloy does not fight with another tool. */
const WAITS: readonly number[] = [0, 5, 15];

type Releasing = Pick<StateOf<'releasing'>, 'policy' | 'repeats' | 'lastShift'>;

/** Whether setting the traffic again cannot repair it. */
export const isFatalDrift = ({ canRestore }: Pick<TrafficDrift, 'canRestore'>): boolean => !canRestore;

/** How often the shift was repeated in the step in progress. */
const repeatedIn = ({ repeats }: Pick<Releasing, 'repeats'>, { ref }: Pick<Current, 'ref'>): number =>
  repeats?.step === ref.step ? repeats.count : 0;

/** Seconds after the finding at which the shift is repeated; undefined: it is not. */
export function repeatsAfter(state: Releasing, current: Current): number | undefined {
  const { trafficDrift } = current;
  if (!trafficDrift || isFatalDrift(trafficDrift) || (state.policy.onTrafficDrift ?? 'restore') !== 'restore') return undefined;
  return state.lastShift === undefined ? undefined : WAITS[repeatedIn(state, current)];
}

/** The time from which on the shift may be repeated, in ms since 1970; null: it is not. */
export function repeatsFrom(state: Releasing, current: Current): number | null {
  const seconds = repeatsAfter(state, current);
  return seconds === undefined ? null : msOf(current.trafficDrift!.at) + seconds * 1_000;
}

/** What the release does if the traffic can or must not be set again; undefined: it is set again. */
export function trafficFailure(
  state: Releasing, current: Current,
): { readonly reason: Reason; readonly then?: 'rollBack' | 'hold' } | undefined {
  const { trafficDrift } = current;
  if (!trafficDrift || repeatsAfter(state, current) !== undefined) return undefined;
  const { onTrafficDrift = 'restore' } = state.policy;
  const reason = lostTrafficReason(trafficDrift, repeatedIn(state, current));
  return onTrafficDrift === 'restore' ? { reason } : { reason, then: onTrafficDrift };
}
