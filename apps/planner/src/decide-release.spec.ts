import { InlineConflict, VersionConflict } from '@alloy/event-store';
import type { ReleaseKey, ReleaseLog } from '@alloy/ledger';
import { evolve, fold, type Context, type ReleaseEvent, type State } from '@alloy/release';
import { after, context, given, happyUntil, meanwhile, promotedBy, request } from '@alloy/release/testing';
import { decideRelease, TooManyConflicts, type DecidePorts } from './decide-release';
import { Planner } from './planner';

const at = '2026-01-01T00:00:00.000Z';
const key = (releaseId: string): ReleaseKey => ({ releaseId, project: 'shop', environment: 'production' });
const requested = (releaseId: string) =>
  fold(key(releaseId), [
    { type: 'ReleaseRequested', data: request, id: 'x', version: 1, occurredAt: at, actor: { kind: 'ci', id: 'demo' } },
  ]);

/** A log on which the given appends fail; it records the others. */
function fakeLog(failures: Error[] = [], waiting: readonly ReleaseKey[] = []) {
  const appended: Array<{ releaseId: string; types: string[]; expected: unknown }> = [];
  const done = new Set<string>();
  const log: ReleaseLog = {
    load: async (which) => {
      const releaseId = typeof which === 'string' ? which : which.releaseId;
      return { state: done.has(releaseId) ? fold(key(releaseId), []) : requested(releaseId), events: [], now: Date.parse(at) };
    },
    context: async () => context,
    append: async ({ releaseId }, events: readonly ReleaseEvent[], { expected }) => {
      if (releaseId === 'broken') throw new Error('disk full');
      const failure = failures.shift();
      if (failure) throw failure;
      appended.push({ releaseId, types: events.map(({ type }) => type), expected });
      done.add(releaseId);
      return [];
    },
    waitingFor: async () => waiting.map((key) => ({ ...key, version: 1 })),
    unfinished: async () => waiting.filter(({ releaseId }) => !done.has(releaseId)),
    withStatus: async () => [],
    listWithStatus: async () => ({ releases: [], digest: '' }),
    nextDue: async () => ({ at: null, now: Date.parse(at) }),
  };
  return { log, appended };
}

/** A log of one release that folds what is appended. */
function foldingLog({ state: first, context: of, now }: { readonly state: State; readonly context: Context; readonly now: number }) {
  let state = first;
  const appends: string[][] = [];
  const recorded = { occurredAt: new Date(now).toISOString(), actor: { kind: 'service', id: 'planner' } as const };
  const log: DecidePorts['log'] = {
    load: async () => ({ state, events: [], now }),
    context: async () => of,
    append: async (_key, events: readonly ReleaseEvent[]) => {
      state = events.map((event, i) => ({ ...event, ...recorded, id: `e${i}`, version: state.version + i + 1 })).reduce(evolve, state);
      appends.push(events.map(({ type }) => type));
      return [];
    },
  };
  return { log, appends };
}

describe('decideRelease', () => {
  it('appends decisions at the folded version', async () => {
    const { log, appended } = fakeLog();
    expect(await decideRelease(key('R1'), { log })).toEqual(['GateOpened']);
    expect(appended).toEqual([{ releaseId: 'R1', types: ['GateOpened'], expected: 1 }]);
    expect(await decideRelease(key('R1'), { log })).toEqual([]);
  });

  it('loads and decides again after a conflicting append', async () => {
    const { log, appended } = fakeLog([new VersionConflict('release-R1', 1, 2), new InlineConflict('slot', 'taken')]);
    const onConflict = jest.fn();
    await decideRelease(key('R1'), { log, onConflict });
    expect(onConflict).toHaveBeenCalledTimes(2);
    expect(appended).toHaveLength(1);
  });

  it('records its own absence of a minute in a separate append, before the late decision', async () => {
    const { log, appends } = foldingLog({ state: requested('R1'), context, now: Date.parse(at) + 60_000 });
    expect(await decideRelease(key('R1'), { log })).toEqual(['AbsenceDetected', 'GateOpened']);
    expect(appends).toEqual([['AbsenceDetected'], ['GateOpened']]);
  });

  it('records the absence of the workers after a decision that keeps the attempt for which they are absent', async () => {
    const scenario = given(happyUntil('promote'), meanwhile({ heartbeats: {} }), after(60));
    scenario.apply(promotedBy('anna'));
    const { log, appends } = foldingLog({ state: scenario.state, context: { ...context, heartbeats: {} }, now: scenario.now });
    await decideRelease(key('R2'), { log });
    expect(appends).toEqual([['IntentRefused'], ['AbsenceDetected']]);
  });

  it('rejects after several conflicts, and immediately for any other failure', async () => {
    const conflicts = Array.from({ length: 50 }, () => new VersionConflict('release-R1', 1, 2));
    await expect(decideRelease(key('R1'), fakeLog(conflicts))).rejects.toBeInstanceOf(TooManyConflicts);
    expect(conflicts).toHaveLength(40);
    await expect(decideRelease(key('broken'), fakeLog())).rejects.toThrow('disk full');
  });
});

describe('Planner', () => {
  it('decides the other releases of a project if one fails, and rejects the trigger', async () => {
    const { log, appended } = fakeLog([], [key('broken'), key('R1'), key('R2')]);
    const onError = jest.fn();
    const planner = new Planner({ log, onError });
    await expect(planner.trigger('R1')).rejects.toThrow('disk full');
    expect(appended.map(({ releaseId }) => releaseId)).toEqual(['R1', 'R2']);
    expect(onError.mock.calls).toEqual([[expect.any(Error), 'broken']]);
  });

  it('decides waiting releases again after a decision, so that an ended release admits the next one without another trigger', async () => {
    const { log, appended } = fakeLog([], [key('R1'), key('R2')]);
    const behind = fold(key('R1'), [
      { type: 'ReleaseRequested', data: request, id: 'x', version: 1, occurredAt: at, actor: { kind: 'ci', id: 'demo' } },
      { type: 'ReleaseQueued', data: { behind: 'R2' }, id: 'y', version: 2, occurredAt: at, actor: { kind: 'service', id: 'planner' } },
    ]);
    const hasDecided = (releaseId: string): boolean => appended.some((one) => one.releaseId === releaseId);
    const load: ReleaseLog['load'] = async (which) =>
      typeof which !== 'string' && which.releaseId === 'R1' && !hasDecided('R1')
        ? { state: behind, events: [], now: Date.parse(at) }
        : log.load(which);
    const context_: ReleaseLog['context'] = async ({ releaseId }) => ({
      ...context,
      slot: { holder: releaseId === 'R1' && !hasDecided('R2') ? 'R2' : null, counter: 1 },
    });
    await new Planner({ log: { ...log, load, context: context_ }, onError: () => undefined }).trigger('R1');
    expect(appended.map(({ releaseId, types }) => ({ releaseId, types }))).toEqual([
      { releaseId: 'R2', types: ['GateOpened'] },
      { releaseId: 'R1', types: ['GateOpened'] },
    ]);
  });

  it('decides a release again if another planner ended the holder of the slot after its context was read', async () => {
    const queued = foldingLog({ state: requested('R2'), context, now: Date.parse(at) });
    const holders = ['R1', null];
    const log: ReleaseLog = {
      ...fakeLog().log,
      ...queued.log,
      context: async () => ({ ...context, slot: { holder: holders.shift() ?? null, counter: 1 } }),
      // The other planner's release is in the list that is read first.
      unfinished: async () => (holders.length > 1 ? [key('R1'), key('R2')] : [key('R2')]),
    };
    const ended = { state: fold(key('R1'), []), events: [], now: 0 };
    const load: ReleaseLog['load'] = async (which) =>
      typeof which !== 'string' && which.releaseId === 'R1' ? ended : queued.log.load(which);
    await new Planner({ log: { ...log, load }, onError: () => undefined }).trigger('R2');
    expect(queued.appends).toEqual([['ReleaseQueued'], ['GateOpened']]);
  });

  it('reads a release once for a decision, if no other release of its project is unfinished', async () => {
    const { log, appended } = fakeLog([], [key('R1')]);
    const load = jest.fn(log.load);
    const context_ = jest.fn(log.context);
    const unfinished: ReleaseLog['unfinished'] = async () => [key('R1')];
    const planner = new Planner({ log: { ...log, load, context: context_, unfinished }, onError: () => undefined });
    await planner.trigger('R1');
    expect(appended).toHaveLength(1);
    // Once for its project, and once for the decision.
    expect([load.mock.calls.length, context_.mock.calls.length]).toEqual([2, 1]);
  });

  it('resyncs without rejecting if one release fails', async () => {
    const { log, appended } = fakeLog([], [key('broken'), key('R1')]);
    const planner = new Planner({ log, onError: () => undefined });
    await planner.resync();
    await planner.idle();
    expect(appended.map(({ releaseId }) => releaseId)).toEqual(['R1']);
  });
});
