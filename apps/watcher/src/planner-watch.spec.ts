import { VersionConflict } from '@alloy/event-store';
import type { ReleaseKey } from '@alloy/ledger';
import { after, applied, given, happyUntil, identity, meanwhile, type Scenario } from '@alloy/release/testing';
import { PlannerWatch, type PlannerWatchDeps } from './planner-watch';

const key: ReleaseKey = identity;

/** A release with a fact to which the planner has not reacted for `seconds`. */
function undecidedFor(seconds: number): Scenario {
  const scenario = given(happyUntil('apply'), meanwhile({ heartbeats: {} }));
  for (const item of [applied(), after(seconds)]) scenario.apply(item);
  return scenario;
}

function watching({ state, context, now, log: events }: Scenario, { isAway = true, append = jest.fn(async () => []) } = {}) {
  const log = { withStatus: jest.fn(async () => [key]), load: async () => ({ state, events, now }), context: async () => context, append };
  const onDetected = jest.fn();
  return { watch: new PlannerWatch({ log: log as unknown as PlannerWatchDeps['log'], isAway: () =>
    isAway, onDetected }), log, append, onDetected };
}

describe('PlannerWatch', () => {
  it('records the absence of the planner a minute after a decision was due, at the version that it read', async () => {
    const scenario = undecidedFor(60);
    const { watch, append, onDetected } = watching(scenario);
    await watch.check();
    expect(append).toHaveBeenCalledWith(
      key,
      [expect.objectContaining({ type: 'AbsenceDetected', data: expect.objectContaining({ of: ['planner'] }) })],
      { expected: scenario.state.version, actor: { kind: 'service', id: 'watcher' } },
    );
    expect(onDetected).toHaveBeenCalledWith(key);
  });

  it('records nothing within the first minute, and reads no release while a planner works', async () => {
    const early = watching(undecidedFor(59));
    await early.watch.check();
    expect(early.append).not.toHaveBeenCalled();
    const present = watching(undecidedFor(600), { isAway: false });
    await present.watch.check();
    expect(present.log.withStatus).not.toHaveBeenCalled();
  });

  it('leaves the release to the next check if another writer appended first', async () => {
    const { watch, onDetected } = watching(undecidedFor(60), {
      append: jest.fn(() => Promise.reject(new VersionConflict('release-R1', 3, 4))),
    });
    await watch.check();
    expect(onDetected).not.toHaveBeenCalled();
  });

  it('rejects if the event log rejects the append', async () => {
    await expect(
      watching(undecidedFor(60), { append: jest.fn(() => Promise.reject(new Error('no database'))) }).watch.check(),
    ).rejects.toThrow('no database');
  });
});
