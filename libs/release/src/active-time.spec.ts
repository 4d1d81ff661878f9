import { absenceOf, activeMs, activeSpans, clockOf, clockOfGate, sinceStart, type Clock } from './active-time';
import type { Heartbeats, Span, Worker } from './heartbeats';
import type { StateOf } from './state';
import { after, currentOf, given, happyUntil, progressed, ready, requested, scaled, START } from './testing';
import { msOf } from './time';

type Seconds = ReadonlyArray<readonly [number, number]>;
const ms = (all: Seconds): readonly Span[] => all.map(([from, to]) => ({ from: from * 1_000, to: to * 1_000 }));
/** An attempt started at second 10 by decision 7; it needs the worker all the time. */
const clock = (over: Partial<Clock> = {}): Clock => ({
  decision: 7,
  from: 10_000,
  needs: [{ worker: 'executor', until: null }],
  pauses: [],
  ...over,
});
const both: Clock['needs'] = [{ worker: 'executor', until: null }, { worker: 'watcher', until: null }];
const beats = (
  spans: Partial<Record<Worker, Seconds>>,
  { decision = 7, writing }: { decision?: number; writing?: Seconds } = {},
): Heartbeats =>
  Object.fromEntries(
    Object.entries(spans).map(([worker, active]) => [
      worker,
      { decision, active: ms(active), ...(worker === 'executor' && writing && { writing: ms(writing) }) },
    ]),
  );

describe('the time that a deadline counts', () => {
  it('is all time if no heartbeats are recorded, and none before the start', () => {
    expect(activeMs(clock(), {}, 25_000)).toBe(15_000);
    expect(activeMs(clock(), {}, 9_000)).toBe(0);
    expect(activeMs(clock(), { heartbeats: {} }, 9_000)).toBe(0);
  });

  it.each<[string, number, number]>([
    ['of this attempt', 7, 11_000],
    ['of another attempt', 6, 15_000],
  ])('excludes a recorded absence %s', (_, decision, expected) => {
    expect(activeMs(clock(), { absence: { decision, seconds: 4, of: ['executor'] }, heartbeats: {} }, 25_000)).toBe(expected);
    expect(activeMs(clock(), { absence: { decision: 7, seconds: 99, of: ['executor'] } }, 25_000)).toBe(0);
  });

  it.each<[string, Partial<Clock>, Heartbeats, number]>([
    [
      'only the time in which the worker was active',
      {},
      beats({
        executor: [
          [0, 12],
          [20, 22],
        ],
      }),
      4,
    ],
    ['none for a worker that was never active', {}, beats({ watcher: [[0, 99]] }), 0],
    ['none for a worker that was active on another attempt', {}, beats({ executor: [[0, 99]] }, { decision: 6 }), 0],
    ['the time in which both workers were active', { needs: both }, beats({ executor: [[10, 16]], watcher: [[14, 30]] }), 2],
    [
      'all time after the last needed worker is done',
      { needs: [{ worker: 'executor', until: 12_000 }] },
      beats({ executor: [[10, 11]] }),
      14,
    ],
    ['none before a needed worker was active', { needs: [{ worker: 'executor', until: 20_000 }] }, beats({}), 5],
    [
      'none in which the executor was writing',
      {},
      beats(
        { executor: [[10, 25]] },
        {
          writing: [
            [12, 15],
            [18, 19],
          ],
        },
      ),
      11,
    ],
    ['none after now', {}, beats({ executor: [[20, 99]] }), 5],
    [
      'the active time before a pause and after it',
      { pauses: [{ from: 12_000, ms: 5_000 }] },
      beats({
        executor: [
          [0, 12],
          [12, 20],
        ],
      }),
      10,
    ],
  ])('is %s', (_, over, heartbeats, seconds) => expect(activeMs(clock(over), { heartbeats }, 25_000)).toBe(seconds * 1_000));

  it('shifts heartbeats before a pause by its length, like the attempt\'s start, and moves heartbeats within the pause to its end', () => {
    const paused = clock({ pauses: [{ from: 12_000, ms: 5_000 }, { from: 30_000, ms: 1_000 }] });
    expect(
      activeSpans(
        paused,
        beats({
          executor: [
            [8, 11],
            [13, 14],
            [26, 28],
            [32, 33],
          ],
        }),
        { worker: 'executor', until: null },
      ),
    ).toEqual(
      ms([
        [14, 17],
        [18, 18],
        [27, 29],
        [32, 33],
      ]),
    );
  });
});

describe('an absence', () => {
  it('is undefined without recorded heartbeats', () => expect(absenceOf(clock(), {}, 99_000)).toBeUndefined());

  it('equals the absence recorded for this attempt', () => {
    expect(absenceOf(clock(), { absence: { decision: 7, seconds: 4, of: ['executor'] } }, 99_000)).toEqual({
      seconds: 4,
      of: ['executor'],
    });
    expect(absenceOf(clock(), { absence: { decision: 7, seconds: 4, of: ['executor'], writing: 2 } }, 99_000)).toEqual({
      seconds: 4,
      of: ['executor'],
      writing: 2,
    });
    expect(absenceOf(clock(), { absence: { decision: 6, seconds: 4, of: ['executor'] }, heartbeats: {} }, 99_000)).toBeUndefined();
  });

  it.each<[string, Partial<Clock>, Heartbeats, object | undefined]>([
    ['undefined for a worker that was always active', {}, beats({ executor: [[0, 99]] }), undefined],
    ['undefined below three seconds', {}, beats({ executor: [[10, 22.001]] }), undefined],
    ['reported from three seconds on', {}, beats({ executor: [[10, 22]] }), { seconds: 3, of: ['executor'] }],
    [
      'attributed to all absent workers',
      { needs: both },
      beats({ executor: [[10, 20]], watcher: [[15, 25]] }),
      { seconds: 10, of: ['executor', 'watcher'] },
    ],
    [
      'not attributed to a worker that was absent for a moment',
      { needs: both },
      beats({ executor: [[10, 20]], watcher: [[10, 24]] }),
      { seconds: 5, of: ['executor'] },
    ],
    [
      'reported with the time of writing',
      {},
      beats(
        { executor: [[10, 25]] },
        {
          writing: [
            [12, 17],
            [30, 40],
          ],
        },
      ),
      { seconds: 5, of: ['executor'], writing: 5 },
    ],
    ['undefined for a worker that is not needed', { needs: [{ worker: 'executor', until: 10_000 }] }, beats({}), undefined],
    ['undefined before the start', { from: 30_000 }, beats({}), undefined],
  ])('is %s', (_, over, heartbeats, expected) => expect(absenceOf(clock(over), { heartbeats }, 25_000)).toEqual(expected));
});

describe('the clock of an attempt', () => {
  const at = (seconds: number) => msOf(START) + seconds * 1_000;
  const needs = (executor: number | null, watcher: number | null) => [
    { worker: 'executor', until: executor },
    { worker: 'watcher', until: watcher },
  ];

  it('counts from the last progress and needs each worker until its part is done', () => {
    const attempt = currentOf(given(happyUntil('promote')).state);
    const began = msOf(attempt.startedAt);
    expect(clockOf(attempt)).toEqual({ decision: attempt.ref.decision, from: began, needs: needs(null, null), pauses: [] });
    const later = currentOf(given(happyUntil('promote'), after(2), scaled(), after(1), progressed(3)).state);
    expect(clockOf(later)).toMatchObject({ from: began + 3_000, needs: needs(began + 2_000, null) });
    expect(sinceStart(later)).toMatchObject({ from: began, needs: needs(began + 2_000, null) });
    expect(clockOf(currentOf(given(happyUntil('promote'), after(2), ready()).state))).toMatchObject({ needs: needs(null, began + 2_000) });
  });

  it('of an analysis counts from its start and needs the watcher to its end', () => {
    const attempt = currentOf(given(happyUntil('analyse'), after(2), progressed(3), ready()).state);
    expect(clockOf(attempt)).toMatchObject({ from: msOf(attempt.startedAt), needs: [{ worker: 'watcher', until: null }] });
  });

  it.each(['apply', 'shiftTraffic', 'retire'] as const)('of %s needs no watcher', (kind) =>
    expect(clockOf(currentOf(given(happyUntil(kind)).state)).needs.map(({ worker }) => worker)).toEqual(['executor']),
  );

  it('of the gate needs the executor', () => {
    const { state } = given(requested());
    expect(clockOfGate(state as StateOf<'gated'>)).toEqual({
      decision: 2,
      from: at(0),
      needs: [{ worker: 'executor', until: null }],
      pauses: [],
    });
  });
});
