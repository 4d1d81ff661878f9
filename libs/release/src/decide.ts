import type { Actor } from '@alloy/contracts';
import { ended } from './decide/ended';
import { gated } from './decide/gated';
import { handingBack } from './decide/handing-back';
import { held } from './decide/held';
import { paused } from './decide/paused';
import { promoting } from './decide/promoting';
import { queued } from './decide/queued';
import { releasing } from './decide/releasing';
import { requested } from './decide/requested';
import { rollingBack } from './decide/rolling-back';
import { scalingDown } from './decide/scaling-down';
import { evolve } from './evolve';
import { isEnded } from './guards';
import { handsBack } from './plan';
import type { Context, Decision } from './context';
import type { Recorded, State } from './state';
import { isoOf } from './time';

/** Far above what any state needs: more decisions mean an endless loop in `decide`. */
const LIMIT = 1000;

/**
 * The decisions due in this state. Level-triggered: deciding again on the resulting state yields nothing new.
 * `now` is the log's clock in ms since 1970. Append the decisions in this order, in one append, at the version that was
 * folded.
 */
export function decide(state: State, context: Context, now: number): readonly Decision[] {
  const decisions: Decision[] = [];
  for (let at = state; decisions.length < LIMIT; ) {
    const next = decideOne(at, context, now);
    if (next === undefined) return decisions;
    decisions.push(next);
    at = evolve(at, provisional(next, at.version + 1, now));
  }
  throw new Error(
    `decide made ${LIMIT} decisions without reaching a stable state: release ${state.releaseId}, status ${state.status}, version ${state.version}`,
  );
}

/** The first decision due by priority; undefined if none is due. */
function decideOne(state: State, context: Context, now: number): Decision | undefined {
  if (isEnded(state)) return ended(state, context, now);
  switch (state.status) {
    case 'none':
      return undefined;
    case 'requested':
      return requested(state, context);
    case 'queued':
      return queued(state, context);
    case 'gated':
      return gated(state, context, now);
    case 'releasing':
      return handsBack(state) ? handingBack(state, context, now) : releasing(state, context, now);
    case 'paused':
      return paused(state, context);
    case 'scalingDown':
      return scalingDown(state, context, now);
    case 'held':
      return held(state, context);
    case 'promoting':
    case 'baking':
      return promoting(state, context, now);
    case 'rollingBack':
      return rollingBack(state, context, now);
  }
}

const planner: Actor = { kind: 'service', id: 'planner' };

/** A decision as it will be recorded; its id is not assigned yet, and evolve does not use it. */
const provisional = (decision: Decision, version: number, now: number): Recorded => ({
  ...decision, id: '', version,
  occurredAt: isoOf(now),
  actor: planner,
});
