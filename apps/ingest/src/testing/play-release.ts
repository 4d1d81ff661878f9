import { createLedger, type Ledger } from '@alloy/ledger';
import { decide, isEnded, isRunning, type ReleaseEvent, type State, type Status } from '@alloy/release';
import { happyFacts, inspected, nothingRuns } from '@alloy/release/testing';
import type { Door } from './door';

/** The other services in one: decides and carries out, as if all went well, until the release has this status or has ended. Gives what it came to. */
export async function playRelease(door: Door, id: string, until: Status = 'promoted'): Promise<State> {
  const ledger = createLedger({ databaseUrl: door.database.url });
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

/** True if something happened. */
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
