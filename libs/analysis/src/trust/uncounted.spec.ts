import type { TrackPages } from './track-pages';
import { DEFAULT_MIN_TRAFFIC_SHARE, uncounted } from './uncounted';

const track = (over: Partial<TrackPages> = {}): TrackPages => ({
  counted: { requests: 400, errors: 0 },
  flawed: null,
  isPending: false,
  reads: 60,
  ownReads: 0,
  connectionFailures: 0,
  restarts: 0,
  exposureMs: 60_000,
  pods: [{ requests: 400, exposureMs: 60_000 }],
  ...over,
});
const hints = (canary: Partial<TrackPages>, stable: Partial<TrackPages> = {}) =>
  uncounted(track(canary), track(stable), DEFAULT_MIN_TRAFFIC_SHARE).hints;
const counting = (requests: number) => ({ counted: { requests, errors: 0 }, pods: [{ requests, exposureMs: 60_000 }] });

describe('uncounted', () => {
  it('has no hint for equal tracks, and returns the expected requests', () => {
    expect(uncounted(track(), track(), 0.5)).toEqual({ hints: [], expectedRequests: 400, awaitsStable: false });
    expect(uncounted(track({ exposureMs: 20_000 }), track(), 0.5)).toMatchObject({ expectedRequests: 133 });
  });

  it('has no expected requests without a comparison', () => {
    expect(uncounted(track({ counted: null }), track({ counted: null, reads: 0, exposureMs: 0, pods: [] }), 0.5)).toEqual({
      hints: [],
      expectedRequests: null,
      awaitsStable: false,
    });
  });

  it('reports missing traffic with its numbers', () => {
    expect(hints(counting(40))).toEqual(['it counts 40 requests, while its share of the traffic is about 400 (stable counts 400)']);
    expect(hints({ counted: null })).toEqual(['it counts 0 requests, while its share of the traffic is about 400 (stable counts 400)']);
    expect(uncounted(track(counting(40)), track(), 0).hints).toEqual([]);
  });

  it.each<[string, Partial<TrackPages>, Partial<TrackPages>, boolean]>([
    ['once, and stable never', { restarts: 1 }, {}, true],
    ['never', {}, {}, false],
    ['as often as stable', { restarts: 2 }, { restarts: 2 }, false],
    ['as often for the time that they ran', { restarts: 1, exposureMs: 10_000, ...{ pods: [] } }, { restarts: 6 }, false],
    ['more often for the time that they ran', { restarts: 2, exposureMs: 10_000, pods: [] }, { restarts: 6 }, true],
    ['less often for the time that they ran', { restarts: 3, exposureMs: 120_000 }, { restarts: 2, exposureMs: 60_000 }, false],
    ['as often, and stable was never read twice', { restarts: 2 }, { restarts: 2, exposureMs: 0, pods: [] }, false],
    ['more often, and stable was never read twice', { restarts: 3 }, { restarts: 2, exposureMs: 0, pods: [] }, true],
  ])('compares the restarts of its containers: %s', (_, canary, stable, isMore) => {
    const text = `its containers restarted ${canary.restarts ?? 0} times while it was observed (stable ${stable.restarts ?? 0} times), which loses earlier counts`;
    expect(hints(canary, stable).filter((hint) => hint.includes('restarted'))).toEqual(isMore ? [text] : []);
  });

  it.each<[string, readonly [failed: number, reads: number], readonly [failed: number, reads: number], boolean]>([
    ['three of ten, and none of the ninety of stable: a chance of one in a thousand', [3, 7], [0, 90], true],
    ['three of ten, and none of eighty', [3, 7], [0, 80], false],
    ['two, however many stable has read', [2, 0], [0, 9_000], false],
    ['all, and stable was never read', [60, 0], [0, 0], false],
    ['as often as those of stable', [20, 40], [100, 200], false],
    ['more often than those of stable', [40, 20], [40, 260], true],
    ['less often than those of stable', [3, 57], [200, 100], false],
  ])('compares the reads that broke off: %s', (_, [failed, reads], [theirs, others], isMore) => {
    const text = `${failed} of ${failed + reads} reads of its metrics page broke off (stable ${theirs} of ${theirs + others})`;
    expect(hints({ connectionFailures: failed, reads }, { connectionFailures: theirs, reads: others })).toEqual(isMore ? [text] : []);
  });

  it('reports all hints', () => expect(hints({ ...counting(10), restarts: 1, connectionFailures: 9, reads: 3 })).toHaveLength(3));
});
