import { crashPoint } from '@alloy/contracts';
import { InlineConflict, VersionConflict } from '@alloy/event-store';
import type { ReleaseKey, ReleaseLog } from '@alloy/ledger';
import { absenceToRecord, decide, plannerAbsenceToRecord, type Context, type ReleaseEvent, type State } from '@alloy/release';
import { followEvents, nodeActor } from '@alloy/service';

/** Attempts per release after conflicting appends; then the next trigger or resync continues. */
const MAX_ATTEMPTS = 10;

/** Each attempt lost against a concurrent append. Safe to retry. */
export class TooManyConflicts extends Error {
  readonly code = 'too_many_conflicts';
  constructor(readonly releaseId: string) {
    super(`release ${releaseId}: ${MAX_ATTEMPTS} consecutive decisions conflicted with other appends`);
    this.name = 'TooManyConflicts';
  }
}

export interface DecidePorts {
  readonly log: Pick<ReleaseLog, 'load' | 'context' | 'append'>;
  readonly onConflict?: () => void;
}

/**
 * Loads, decides, and appends at the folded version, until all due decisions are made; an absence that must be recorded
 * is appended alone, before them. Returns the appended types; empty: nothing was due. Idempotent.
 */
export async function decideRelease(key: ReleaseKey, { log, onConflict }: DecidePorts): Promise<readonly string[]> {
  const appended: string[] = [];
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const [{ state, events, now }, context] = await Promise.all([log.load(key), log.context(key)]);
    followEvents(events);
    const { events: made, isComplete } = next(state, context, now);
    if (made.length === 0) return appended;
    try {
      crashPoint('planner.before-append');
      await log.append(key, made, { expected: state.version, actor: nodeActor('planner') });
      crashPoint('planner.after-append');
      appended.push(...made.map(({ type }) => type));
      if (isComplete) return appended;
    } catch (error) {
      if (!(error instanceof VersionConflict || error instanceof InlineConflict)) throw error;
      onConflict?.();
    }
  }
  throw new TooManyConflicts(key.releaseId);
}

interface Next {
  readonly events: readonly ReleaseEvent[];
  /** False: an absence, after which decisions may be due. */
  readonly isComplete: boolean;
}

/** The planner's own absence is recorded first: it can only be detected before the late decision is made. */
function next(state: State, context: Context, now: number): Next {
  const own = plannerAbsenceToRecord(state, context, now, 'planner');
  if (own) return { events: [own], isComplete: false };
  const decisions = decide(state, context, now);
  const workers = absenceToRecord(state, context.heartbeats ?? {}, now);
  // The decisions may have made the absence irrelevant, so it is checked again after them.
  if (decisions.length > 0) return { events: decisions, isComplete: workers === undefined };
  return { events: workers ? [workers] : [], isComplete: false };
}
