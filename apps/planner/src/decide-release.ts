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
 * Loads, decides, and appends at the folded version. An absence that must be recorded is appended alone; call again for
 * the decisions. Returns the appended types; empty: nothing was due. Idempotent.
 */
export async function decideRelease(key: ReleaseKey, { log, onConflict }: DecidePorts): Promise<readonly string[]> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const [{ state, events, now }, context] = await Promise.all([log.load(key), log.context(key)]);
    followEvents(events);
    const made = next(state, context, now);
    if (made.length === 0) return [];
    try {
      await log.append(key, made, { expected: state.version, actor: nodeActor('planner') });
      return made.map(({ type }) => type);
    } catch (error) {
      if (!(error instanceof VersionConflict || error instanceof InlineConflict)) throw error;
      onConflict?.();
    }
  }
  throw new TooManyConflicts(key.releaseId);
}

/** The planner's own absence is recorded first: it can only be detected before the late decision is made. */
function next(state: State, context: Context, now: number): readonly ReleaseEvent[] {
  const own = plannerAbsenceToRecord(state, context, now, 'planner');
  if (own) return [own];
  const decisions = decide(state, context, now);
  if (decisions.length > 0) return decisions;
  const workers = absenceToRecord(state, context.heartbeats ?? {}, now);
  return workers ? [workers] : [];
}
