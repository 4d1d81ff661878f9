import { createLedger, type Ledger } from '@alloy/ledger';
import { decide, isEnded, isRunning, type ReleaseEvent, type State, type Status } from '@alloy/release';
import { happyFacts, inspected, nothingRuns } from '@alloy/release/testing';
import type { TestIngest } from './test-ingest';

/**
 * Replaces the other services: decides and records success until the release has this status or has ended. Returns the
 * final state.
 */
export async function playRelease(ingest: TestIngest, id: string, until: Status = 'promoted'): Promise<State> {
  const ledger = createLedger({ databaseUrl: ingest.database.url });
  try {
    for (;;) {
      const { state } = await ledger.log.load(id);
      if (state.status === until || isEnded(state)) return state;
      if (!(await next(ledger, state))) return state;
    }
  } finally {
    await ledger.close();
  }
}

/** True if an event was appended. */
async function next(ledger: Ledger, state: State): Promise<boolean> {
  const context = await ledger.log.context(state);
  const decisions = decide(state, context, await ledger.store.now());
  const events = decisions.length > 0 ? decisions : factsFor(state, context.stable !== null);
  const service = decisions.length > 0 ? 'planner' : 'executor';
  await ledger.log.append(state, events, { expected: state.version, actor: { kind: 'service', id: service } });
  return events.length > 0;
}

function factsFor(state: State, runs: boolean): readonly ReleaseEvent[] {
  if (state.status === 'gated') return [runs ? inspected() : inspected(nothingRuns)];
  if (!isRunning(state) || state.current === null || state.current.effectDone) return [];
  return happyFacts(state).flatMap((fact) => (typeof fact === 'function' ? [fact(state)] : []));
}
