import { VersionConflict } from '@alloy/event-store';
import type { ReleaseKey } from '@alloy/ledger';
import { after, applied, given, happyUntil, identity, meanwhile, type Scenario } from '@alloy/release/testing';
import { PlannerWatch, type PlannerWatchDeps } from './planner-watch';

const key: ReleaseKey = identity;

/** A release with a fact that nobody has decided upon for so long. */
function undecidedFor(seconds: number): Scenario {
  const scenario = given(happyUntil('apply'), meanwhile({ heartbeats: {} }));
  for (const item of [applied(), after(seconds)]) scenario.apply(item);
  return scenario;
}

function watching({ state, context, now, log: events }: Scenario, { isAway = true, append = jest.fn(async () => []) } = {}) {
  const log = { withStatus: jest.fn(async () => [key]), load: async () => ({ state, events, now }), context: async () => context, append };
  const onDetected = jest.fn();
  return { watch: new PlannerWatch({ log: log as unknown as PlannerWatchDeps['log'], isAway: () => isAway, onDetected }), log, append, onDetected };
}

describe('a watch over the planner', () => {
  it('records what it has not decided for a minute, at the version that it was seen at', async () => {
    const scenario = undecidedFor(60);
    const { watch, append, onDetected } = watching(scenario);
    await watch.look();
    expect(append).toHaveBeenCalledWith(key, [expect.objectContaining({ type: 'AbsenceDetected', data: expect.objectContaining({ of: ['planner'] }) })], { expected: scenario.state.version, actor: { kind: 'service', id: 'watcher' } });
    expect(onDetected).toHaveBeenCalledWith(key);
  });

  it('records nothing within the minute, and looks at nothing while a planner is at work', async () => {
    const early = watching(undecidedFor(59));
    await early.watch.look();
    expect(early.append).not.toHaveBeenCalled();
    const present = watching(undecidedFor(600), { isAway: false });
    await present.watch.look();
    expect(present.log.withStatus).not.toHaveBeenCalled();
  });

  it('leaves it to the next look if something happened meanwhile', async () => {
    const { watch, onDetected } = watching(undecidedFor(60), { append: jest.fn(() => Promise.reject(new VersionConflict('release-R1', 3, 4))) });
    await watch.look();
    expect(onDetected).not.toHaveBeenCalled();
  });

  it('fails if the log does', async () => {
    await expect(watching(undecidedFor(60), { append: jest.fn(() => Promise.reject(new Error('no database'))) }).watch.look()).rejects.toThrow('no database');
  });
});
