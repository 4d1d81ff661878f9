import fc from 'fast-check';
import { addReading, newHistory, type PageHistory, type PageReading } from './page-history';
import { trackPages } from './track-pages';

const POD = { track: 'canary', pod: 'web-canary-1' } as const;
/** One reading each second. */
const read = (...readings: ReadonlyArray<Partial<PageReading>>): PageHistory =>
  readings.reduce<PageHistory>(
    (history, over, i) => addReading(history, { ...POD, requests: 0, errors: 0, observedMs: i * 1_000, ...over }),
    newHistory(POD),
  );
/** A worker with its start, its requests and its errors. */
const worker = (processStart: number, requests: number, errors: number) => ({ processStart, requests, errors, restarts: 0 });

describe('addReading', () => {
  it('counts requests since the first reading', () => {
    expect(read({ requests: 100, errors: 9 }, { requests: 160, errors: 12 })).toMatchObject({
      counted: { requests: 60, errors: 3 },
      reads: 2,
      exposureMs: 1_000,
      flaw: null,
    });
  });

  it('detects three workers behind one port, and counts no request in ten reads without requests', () => {
    const [a, b, c] = [worker(1000.11, 5, 1), worker(1000.14, 4, 3), worker(1000.19, 6, 2)];
    expect(read(a, b, c, b, a, c, a, a, b, c)).toMatchObject({ flaw: 'several_processes', counted: { requests: 0, errors: 0 } });
  });

  it('detects workers with so similar counts that the counters never decrease', () => {
    expect(read(worker(1000.11, 10, 0), worker(1000.12, 20, 0), worker(1000.13, 30, 0), worker(1000.11, 40, 0))).toMatchObject({
      flaw: 'several_processes',
    });
  });

  it('detects a second process at the first switch back to an older one', () => {
    expect(read(worker(2000, 50, 0), worker(1000, 7, 0))).toMatchObject({ flaw: 'several_processes' });
  });

  it('counts from 0 after a container restart, and records the restart', () => {
    expect(
      read({ requests: 100, errors: 9, restarts: 0, processStart: 1 }, { requests: 7, errors: 2, restarts: 1, processStart: 2 }),
    ).toMatchObject({ counted: { requests: 7, errors: 2 }, restarts: 1, flaw: null });
    expect(read({ requests: 100, errors: 9, restarts: 0 }, { requests: 7, errors: 2, restarts: 1 })).toMatchObject({
      counted: { requests: 7, errors: 2 },
      restarts: 1,
      flaw: null,
    });
  });

  it('accepts one restart by a supervisor inside the container, and ignores the first counts of the new process', () => {
    expect(read(worker(1, 100, 9), worker(2, 7, 2), worker(2, 9, 2))).toMatchObject({ counted: { requests: 2, errors: 0 }, flaw: null });
  });

  it('accepts a fluctuating start time while the counters only grow', () => {
    expect(read(worker(1000, 10, 0), worker(1001, 20, 1), worker(1000, 30, 1), worker(1001, 40, 2))).toMatchObject({ flaw: null });
  });

  it('rejects decreasing counters of one process immediately', () => {
    expect(read(worker(1, 100, 0), worker(1, 60, 0))).toMatchObject({ flaw: 'counters_fell', counted: { requests: 0 } });
    expect(read(worker(1, 100, 5), worker(1, 110, 4))).toMatchObject({ flaw: 'counters_fell' });
  });

  describe('without a process start time', () => {
    const fell = [{ requests: 100, restarts: 0 }, { requests: 3, restarts: 0 }];
    it('waits one reading for the pod status to show the restart', () => {
      expect(read(...fell)).toMatchObject({ flaw: null, unexplained: 0 });
      expect(read(...fell, { requests: 5, restarts: 1 })).toMatchObject({ flaw: null, unexplained: null, restarts: 1 });
    });
    it('rejects the counters if no restart appears', () =>
      expect(read(...fell, { requests: 5, restarts: 0 })).toMatchObject({ flaw: 'counters_fell' }));
    it('counts from 0 if restarts were not recorded', () => {
      expect(read({ requests: 100, errors: 9 }, { requests: 7, errors: 2 }, { requests: 8, errors: 2 })).toMatchObject({
        counted: { requests: 8, errors: 2 },
        flaw: null,
      });
    });
  });

  it('does not compare counts of two series', () => {
    expect(
      read(
        { requests: 100, metric: 'a', restarts: 0 },
        { requests: 3, metric: 'b', restarts: 0 },
        { requests: 5, metric: 'b', restarts: 0 },
      ),
    ).toMatchObject({ counted: { requests: 2 }, flaw: null, unexplained: null });
  });

  it('counts possible own reads while each reading has a new success', () => {
    const counting = read({ requests: 5 }, { requests: 6 }, { requests: 7 }, { requests: 30, errors: 20 });
    expect(trackPages([counting], 'canary', 3_000)).toMatchObject({ counted: { requests: 25, errors: 20 }, ownReads: 3 });
    const other = { ...read({ requests: 5 }, { requests: 5 }, { requests: 90 }), pod: 'web-canary-2' };
    expect(trackPages([counting, other], 'canary', 3_000)).toMatchObject({ ownReads: 0 });
  });

  it('does not count failed requests as own reads', () => {
    expect(trackPages([read({ requests: 5 }, { requests: 9, errors: 4 }, { requests: 13, errors: 8 })], 'canary', 2_000)).toMatchObject({
      ownReads: 0,
    });
  });

  it('keeps counting own reads after a restart or a switch of the process', () => {
    expect(
      trackPages(
        [read({ requests: 5, restarts: 0 }, { requests: 6, restarts: 0 }, { requests: 1, restarts: 1 }, { requests: 2, restarts: 1 })],
        'canary',
        3_000,
      ),
    ).toMatchObject({ ownReads: 3 });
    expect(trackPages([read(worker(1, 100, 9), worker(2, 7, 2), worker(2, 9, 2))], 'canary', 2_000)).toMatchObject({ ownReads: 1 });
  });

  it('counts failed reads separately', () => {
    expect(read({ requests: 5 }, { failure: 'connection' }, { requests: 9 })).toMatchObject({
      reads: 2,
      connectionFailures: 1,
      counted: { requests: 4 },
      exposureMs: 2_000,
    });
  });

  it('never reports a flaw for one process that continues or restarts with its container', () => {
    const lives = fc.array(fc.array(fc.nat(50), { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 4 });
    fc.assert(fc.property(lives, fc.boolean(), (steps, names) => {
      const readings = steps.flatMap((growth, life) => growth.map((_, i) => {
        const requests = growth.slice(0, i + 1).reduce((a, b) => a + b, 0);
        return { requests, errors: Math.floor(requests / 3), restarts: life, ...(names && { processStart: 1_000 + life }) };
      }));
      expect(read(...readings)).toMatchObject({ flaw: null, unexplained: null, restarts: steps.length - 1 });
    }));
  });

  it.each<[string, number, PageHistory['flaw']]>([
    ['by one second', 1, null],
    ['by two seconds', 2, null],
    ['by hardly anything', 0.004, null],
    ['by a second and hardly anything', 1.004, null],
    ['by nearly a second', 0.996, null],
    ['by three seconds', 3, 'several_processes'],
    ['by half a second', 0.5, 'several_processes'],
    ['by six milliseconds', 0.006, 'several_processes'],
    ['by a second and six milliseconds', 1.006, 'several_processes'],
    ['by two seconds and a half', 2.5, 'several_processes'],
  ])('decides by the difference of start times %s whether there are two processes', (_, by, flaw) => {
    expect(read(worker(1000, 10, 0), worker(1000 + by, 20, 1), worker(1000, 30, 1))).toMatchObject({ flaw });
  });

  it('treats a fluctuating start time as two processes once counters decreased at a switch', () => {
    expect(read(worker(1001, 10, 0), worker(1000, 9, 0))).toMatchObject({ flaw: 'several_processes', fellAtSwitch: true });
    expect(read(worker(1000, 10, 0), worker(1001, 9, 0), worker(1000, 11, 0))).toMatchObject({ flaw: 'several_processes' });
    expect(read(worker(1000, 10, 0), worker(1001, 11, 0), worker(1000, 12, 0))).toMatchObject({ flaw: null, fellAtSwitch: false });
  });

  it('counts requests of a known process since its last read, and none twice', () => {
    expect(read(worker(1000, 10, 1), worker(1000.5, 20, 2), worker(1000, 14, 3), worker(1000.5, 26, 2))).toMatchObject({
      counted: { requests: 10, errors: 2 },
    });
    expect(read(worker(1000, 10, 1), worker(1000.5, 20, 2), worker(1000, 9, 1))).toMatchObject({ counted: { requests: 0, errors: 0 } });
  });

  it('keeps the first flaw', () => {
    expect(read(worker(1, 100, 0), worker(1, 60, 0), worker(0.5, 10, 0))).toMatchObject({ flaw: 'counters_fell' });
  });

  it('accepts a new process after a container restart, even with an older start time', () => {
    expect(read({ requests: 100, restarts: 0, processStart: 9 }, { requests: 3, restarts: 1, processStart: 5 })).toMatchObject({
      flaw: null,
      counted: { requests: 3 },
      restarts: 1,
      unexplained: null,
    });
  });

  it.each<[string, ReadonlyArray<Partial<PageReading>>, Partial<PageHistory>]>([
    [
      'a restart that shows at once',
      [
        { requests: 100, restarts: 2 },
        { requests: 3, restarts: 3 },
      ],
      { flaw: null, unexplained: null, restarts: 1, counted: { requests: 3, errors: 0 } },
    ],
    [
      'a restart that shows a moment later',
      [
        { requests: 100, restarts: 2 },
        { requests: 3, restarts: 2 },
        { requests: 4, restarts: 3 },
      ],
      { flaw: null, unexplained: null, restarts: 1 },
    ],
    [
      'a restart that never shows',
      [
        { requests: 100, restarts: 2 },
        { requests: 3, restarts: 2 },
        { requests: 4, restarts: 2 },
      ],
      { flaw: 'counters_fell', unexplained: null },
    ],
    [
      'restarts that are not known any more',
      [
        { requests: 100, restarts: 2 },
        { requests: 3, restarts: 2 },
        { requests: 4, restarts: null },
      ],
      { flaw: null, unexplained: 2 },
    ],
    [
      'restarts that go back',
      [
        { requests: 100, restarts: 2 },
        { requests: 110, restarts: 1 },
      ],
      { restarts: 0, counted: { requests: 10, errors: 0 } },
    ],
    [
      'errors alone that fall',
      [
        { requests: 100, errors: 5, restarts: 0 },
        { requests: 110, errors: 4, restarts: 0 },
      ],
      { unexplained: 0, counted: { requests: 0, errors: 0 } },
    ],
    [
      'counters that stay',
      [
        { requests: 100, restarts: 0 },
        { requests: 100, restarts: 0 },
      ],
      { unexplained: null, flaw: null },
    ],
    [
      'a start that is no number',
      [
        { requests: 100, restarts: 0, processStart: Number.NaN },
        { requests: 3, restarts: 0, processStart: Number.NaN },
      ],
      { unexplained: 0, flaw: null, processes: new Map() },
    ],
  ])('explains a decrease, or waits for an explanation: %s', (_, readings, expected) => expect(read(...readings)).toMatchObject(expected));

  it('starts a new count, keeping restarts, if a page has another series', () => {
    const found = read(
      { requests: 100, metric: 'a', restarts: 0, processStart: 1 },
      { requests: 3, metric: 'b', restarts: 2, processStart: 2 },
      { requests: 9, metric: 'b', restarts: 2, processStart: 2 },
    );
    expect(found).toMatchObject({ counted: { requests: 6 }, restarts: 2, reads: 3, exposureMs: 2_000, flaw: null });
    expect([...found.processes]).toEqual([[2, { requests: 9, errors: 0 }]]);
    expect(read({ requests: 1, metric: null }, { requests: 4 })).toMatchObject({ counted: { requests: 3 } });
  });

  it('has an exposure that never goes back', () =>
    expect(read({ requests: 1, observedMs: 5_000 }, { requests: 2, observedMs: 4_000 })).toMatchObject({ exposureMs: 0, firstMs: 5_000 }));
});
