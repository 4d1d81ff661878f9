import type { Actor } from '@alloy/contracts';
import { ended } from './decide/ended';
import { gated } from './decide/gated';
import { paused } from './decide/paused';
import { promoting } from './decide/promoting';
import { queued } from './decide/queued';
import { releasing } from './decide/releasing';
import { requested } from './decide/requested';
import { rollingBack } from './decide/rolling-back';
import { evolve } from './evolve';
import { isEnded } from './guards';
import type { Context, Decision, Recorded, State } from './state';
import { isoOf } from './time';

/** Far more than any state leads to at once: beyond it `decide` would go round in circles. */
const LIMIT = 1000;

/**
 * What Alloy will do, from the state alone: level-triggered, so deciding again on the state that these decisions lead to decides nothing new.
 * `now` is the log's clock in ms since 1970. The decisions are to be appended in their order, in one append, at the version that was folded.
 */
export function decide(state: State, context: Context, now: number): readonly Decision[] {
  const decisions: Decision[] = [];
  for (let at = state; decisions.length < LIMIT; ) {
    const next = decideOne(at, context, now);
    if (next === undefined) return decisions;
    decisions.push(next);
    at = evolve(at, provisional(next, at.version + 1, now));
  }
  throw new Error(`decide does not come to rest: release ${state.releaseId}, status ${state.status}, version ${state.version}`);
}

/** The most urgent decision, or undefined if there is none. */
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
      return releasing(state, context, now);
    case 'paused':
      return paused(state, context);
    case 'promoting':
    case 'baking':
      return promoting(state, context, now);
    case 'rollingBack':
      return rollingBack(state, context, now);
  }
}

const planner: Actor = { kind: 'service', id: 'planner' };

/** A decision as it will be recorded; its id is not known yet and no fold depends on it. */
const provisional = (decision: Decision, version: number, now: number): Recorded => ({ ...decision, id: '', version, occurredAt: isoOf(now), actor: planner });
