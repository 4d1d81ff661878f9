import { logTailBound } from './binomial-bound';
import type { TrackPages } from './track-pages';
import { dispersionOf, trafficShare } from './traffic-share';

const MIN = 0.5;

/** Pods that were all read for so many seconds. */
const track = (requests: readonly number[], seconds = 60): TrackPages => ({
  counted: { requests: requests.reduce((a, b) => a + b, 0), errors: 0 },
  flawed: null,
  isPending: false,
  reads: requests.length * seconds,
  ownReads: 0,
  connectionFailures: 0,
  restarts: 0,
  exposureMs: requests.length * seconds * 1_000,
  pods: requests.map((count) => ({ requests: count, exposureMs: seconds * 1_000 })),
});

/** Mulberry32. */
function random(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Deals clumps of `size` requests to `pods` pods by lot, as connections that are kept for so many requests are. */
function dealt(clumps: number, size: number, pods: number, next: () => number): number[] {
  const counts = Array.from({ length: pods }, () => 0);
  for (let i = 0; i < clumps; i++) counts[Math.floor(next() * pods)]! += size;
  return counts;
}

describe('trafficShare', () => {
  it('expects the weight of the router from the canary, whatever the number of its pods', () => {
    expect(trafficShare(track([70]), track([186, 186, 186, 186, 186]), MIN, 7)).toMatchObject({ expected: 70, isShort: false });
    expect(trafficShare(track([5]), track([186, 186, 186, 186, 186]), MIN, 7)).toMatchObject({ isShort: true });
    expect(trafficShare(track([930]), track([0]), MIN, 100)).toBeUndefined();
  });

  it('expects from the canary the count of as many stable pods', () => {
    expect(trafficShare(track([117]), track([130, 120, 128, 125, 130]), MIN)).toMatchObject({ expected: 126.6, isShort: false });
    expect(trafficShare(track([100], 30), track([100], 60), MIN)).toMatchObject({ expected: 50 });
  });

  it.each([
    ['nothing, of a good hundred', [0], [130, 120, 128, 125, 130], true],
    ['a tenth of its share', [12], [130, 120, 128, 125, 130], true],
    ['a third of it, of many requests', [700], [2_100, 2_050, 2_000, 1_990, 2_070], true],
    ['a third of it, of few requests', [5], [15, 16, 14], false],
    ['three quarters of it', [1_500], [2_000, 2_050, 2_000, 1_990, 2_070], false],
    ['more than its share', [300], [130, 120, 128, 125, 130], false],
    ['a ninth of it where one stable pod is all there is to compare', [100], [900], true],
    ['a tenth of it among stable pods that differ as much', [60], [1_500, 40, 900, 20, 540], false],
  ] as const)('judges a canary that counts %s', (_, canary, stable, isShort) => {
    expect(trafficShare(track(canary), track(stable), MIN)).toMatchObject({ isShort });
  });

  it('detects missing traffic at the last stage, with one stable pod', () => {
    expect(trafficShare(track([400, 410, 380, 420, 390]), track([1_200]), MIN)).toMatchObject({ isShort: true });
    expect(trafficShare(track([1_000, 1_100, 1_050, 980, 1_030]), track([1_200]), MIN)).toMatchObject({ isShort: false });
  });

  it('is never short at a share of 0', () => expect(trafficShare(track([0]), track([5_000, 5_000]), 0)).toMatchObject({ isShort: false }));

  it('is undefined if no stable page was read twice, or stable pages are unreliable', () => {
    expect(trafficShare(track([0]), track([]), MIN)).toBeUndefined();
    expect(trafficShare(track([0]), { ...track([500]), flawed: { pod: 'web-1', flaw: 'several_processes' } }, MIN)).toBeUndefined();
  });

  it.each([1, 3, 8, 30])('calls no healthy canary short in 4,000 splits of clusters of %d requests, at any stage', (size) => {
    const next = random(size);
    let short = 0;
    for (let i = 0; i < 4_000; i++) {
      const [canaries, stables] = [[1, 5], [3, 3], [5, 1], [1, 1]][i % 4] as [number, number];
      const counts = dealt(Math.max(4, Math.floor(next() * 600)), size, canaries + stables, next);
      if (trafficShare(track(counts.slice(0, canaries)), track(counts.slice(canaries)), MIN)!.isShort) short++;
    }
    // The bound allows 4: a healthy canary is far from half of its share.
    expect(short).toBeLessThanOrEqual(size < 8 ? 0 : 4);
  });

  it('detects nine of ten canaries that lose four fifths of their requests, on 1,300 requests', () => {
    const next = random(7);
    let found = 0;
    for (let i = 0; i < 300; i++) {
      const [first, ...stable] = dealt(1_300, 1, 6, next) as [number, ...number[]];
      const canary = Array.from({ length: first }, () => (next() < 0.2 ? 1 : 0)).reduce<number>((a, b) => a + b, 0);
      if (trafficShare(track([canary]), track(stable), MIN)!.isShort) found++;
    }
    expect(found).toBeGreaterThanOrEqual(270);
  });
});

describe('dispersionOf', () => {
  it('is near 1 for independent requests, and large for clusters', () => {
    expect(dispersionOf(track([130, 120, 128, 125, 130]))).toBeLessThan(1.5);
    expect(dispersionOf(track([1_500, 40, 900, 20, 540]))).toBeGreaterThan(100);
  });
  it('is the prior for a single pod', () => expect(dispersionOf(track([100]))).toBe(3));
});

describe('logTailBound', () => {
  /** Exact lower tail of the binomial distribution. */
  const tail = (n: number, k: number, theta: number): number => {
    let term = (1 - theta) ** n;
    let sum = term;
    for (let i = 1; i <= k; i++) sum += term *= ((n - i + 1) / i) * (theta / (1 - theta));
    return sum;
  };
  it.each([
    [100, 5, 0.2],
    [100, 19, 0.2],
    [663, 30, 0.0909],
    [50, 0, 0.1],
    [400, 150, 0.5],
  ])('is never below the exact chance of at most k: n %d, k %d, θ %d', (n, k, theta) => {
    expect(logTailBound(n, k, theta)).toBeGreaterThanOrEqual(Math.log(tail(n, k, theta)) - 1e-9);
  });
  it('is 0 if undefined', () => expect([logTailBound(0, 0, 0.5), logTailBound(10, 1, 0), logTailBound(10, 1, 1)]).toEqual([0, 0, 0]));
});
