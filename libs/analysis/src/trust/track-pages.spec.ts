import { newHistory, type PageHistory } from './page-history';
import { trackPages } from './track-pages';

const history = (over: Partial<PageHistory> = {}): PageHistory => ({ ...newHistory({ track: 'canary', pod: 'web-1' }), ...over });
const readAt = (observedMs: number) => ({ track: 'canary', pod: 'web-1', requests: 0, errors: 0, observedMs }) as const;

describe('trackPages', () => {
  it('sums the pods of one track, and no others', () => {
    const pods = [
      history({ counted: { requests: 10, errors: 2 }, reads: 3, ownReads: 1, connectionFailures: 1, restarts: 1, exposureMs: 2_000 }),
      history({ counted: { requests: 5, errors: 1 }, reads: 4, ownReads: 2, connectionFailures: 2, restarts: 0, exposureMs: 3_000 }),
      history({
        track: 'stable',
        counted: { requests: 900, errors: 90 },
        reads: 90,
        ownReads: 9,
        connectionFailures: 9,
        restarts: 9,
        exposureMs: 9_000,
      }),
    ];
    expect(trackPages(pods, 'canary', 5_000)).toEqual({
      counted: { requests: 15, errors: 3 },
      flawed: null,
      isPending: false,
      reads: 7,
      ownReads: 3,
      connectionFailures: 3,
      restarts: 1,
      exposureMs: 5_000,
      pods: [
        { requests: 10, exposureMs: 2_000 },
        { requests: 5, exposureMs: 3_000 },
      ],
    });
    expect(trackPages(pods, 'stable', 5_000)).toMatchObject({ counted: { requests: 900, errors: 90 }, restarts: 9 });
  });

  it('has no counts, as opposed to counts of 0, if no pod was ever read', () => {
    expect(trackPages([], 'canary', 0)).toEqual({
      counted: null, flawed: null, isPending: false, reads: 0, ownReads: 0, connectionFailures: 0, restarts: 0,
      exposureMs: 0,
      pods: [],
    });
    expect(trackPages([history({ connectionFailures: 4 })], 'canary', 0)).toMatchObject({ counted: null, connectionFailures: 4 });
    expect(trackPages([history(), history({ reads: 1 })], 'canary', 0)).toMatchObject({ counted: { requests: 0, errors: 0 } });
  });

  it('names the first pod with an unreliable page', () => {
    const pods = [history(), history({ pod: 'web-2', flaw: 'counters_fell' }), history({ pod: 'web-3', flaw: 'several_processes' })];
    expect(trackPages(pods, 'canary', 0)).toMatchObject({ flawed: { pod: 'web-2', flaw: 'counters_fell' } });
  });

  it.each<[string, Partial<PageHistory>, boolean]>([
    ['the counters fell in the last read', { unexplained: 0, last: readAt(60_000) }, true],
    ['they fell five seconds ago', { unexplained: 2, last: readAt(55_000) }, true],
    ['they fell before that', { unexplained: 0, last: readAt(54_999) }, false],
    ['they did not fall', { unexplained: null, last: readAt(60_000) }, false],
    ['no read is known', { unexplained: 0, last: null }, false],
  ])('waits for one more reading, or not, where %s', (_, over, isPending) => {
    expect(trackPages([history(), history(over)], 'canary', 60_000)).toMatchObject({ isPending });
  });

  it('has no own reads once a page of the track does not count them', () => {
    expect(trackPages([history({ ownReads: 3 }), history({ ownReads: 4 })], 'canary', 0)).toMatchObject({ ownReads: 7 });
    expect(trackPages([history({ ownReads: 3 }), history({ ownReads: 4, countsReads: false })], 'canary', 0)).toMatchObject({
      ownReads: 0,
    });
  });

  it('excludes pods that were read once from the comparison', () =>
    expect(trackPages([history({ reads: 1, counted: { requests: 9, errors: 0 } })], 'canary', 0)).toMatchObject({ pods: [] }));
});
