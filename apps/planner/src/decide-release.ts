import { InlineConflict, VersionConflict } from '@alloy/event-store';
import type { ReleaseKey, ReleaseLog } from '@alloy/ledger';
import { absenceToRecord, decide, plannerAbsenceToRecord, type Context, type ReleaseEvent, type State } from '@alloy/release';
import { followEvents, nodeActor } from '@alloy/service';

/** How often a decision is made anew because somebody appended meanwhile; then the next wake or sweep goes on. */
const TRIES = 10;

/** Somebody else appended before us, every time. Safe to retry. */
export class TooManyConflicts extends Error {
  readonly code = 'too_many_conflicts';
  constructor(readonly releaseId: string) {
    super(`release ${releaseId}: ${TRIES} decisions in a row came too late`);
    this.name = 'TooManyConflicts';
  }
}

export interface DecidePorts {
  readonly log: Pick<ReleaseLog, 'load' | 'context' | 'append'>;
  readonly onConflict?: () => void;
}

/** Loads, decides, appends at the version that was folded; an absence that people should know of is recorded by itself, and the next call goes on. Gives the types of what was appended; empty: nothing. Idempotent. */
export async function decideRelease(key: ReleaseKey, { log, onConflict }: DecidePorts): Promise<readonly string[]> {
  for (let attempt = 1; attempt <= TRIES; attempt++) {
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

/** The planner's own absence comes first: it is known only as long as what it was late for is not decided. */
function next(state: State, context: Context, now: number): readonly ReleaseEvent[] {
  const own = plannerAbsenceToRecord(state, context, now, 'planner');
  if (own) return [own];
  const decisions = decide(state, context, now);
  if (decisions.length > 0) return decisions;
  const workers = absenceToRecord(state, context.heartbeats ?? {}, now);
  return workers ? [workers] : [];
}
