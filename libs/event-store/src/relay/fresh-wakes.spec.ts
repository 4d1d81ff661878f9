import { FreshWakes } from './fresh-wakes';
import type { OrderedWake } from './publisher';

const wakes = (...seqs: readonly number[]): readonly OrderedWake[] => seqs.map((seq) => ({ id: `e-${seq}`, family: 'outcome', type: 'ManifestsApplied', stream: 's-1', version: seq, seq }));
const seqs = (taken: readonly OrderedWake[] | undefined) => taken?.map(({ seq }) => seq);

describe('fresh wakes', () => {
  let fresh: FreshWakes;
  beforeEach(() => (fresh = new FreshWakes(3)));

  it('are taken once, all that join on to each other', () => {
    fresh.add(wakes(5, 6));
    fresh.add(wakes(7));
    expect(seqs(fresh.takeAfter(4))).toEqual([5, 6, 7]);
    expect(fresh.takeAfter(4)).toBeUndefined();
  });

  it('that are published already are left out', () => {
    fresh.add(wakes(5, 6, 7));
    expect(seqs(fresh.takeAfter(6))).toEqual([7]);
  });

  it('are none where one is missing before them', () => {
    fresh.add(wakes(6));
    expect(fresh.takeAfter(4)).toBeUndefined();
    expect(fresh.takeAfter(5)).toBeUndefined();
  });

  it('forget those that the new ones do not join on to', () => {
    fresh.add(wakes(5));
    fresh.add(wakes(8));
    expect(fresh.takeAfter(4)).toBeUndefined();
    fresh.add(wakes(5));
    fresh.add(wakes(8));
    expect(seqs(fresh.takeAfter(7))).toEqual([8]);
  });

  it('are no more than was said: what is too much is read', () => {
    fresh.add(wakes(5, 6));
    fresh.add(wakes(7, 8));
    expect(fresh.takeAfter(4)).toBeUndefined();
    fresh.add(wakes(5, 6));
    fresh.add(wakes(7, 8));
    expect(seqs(fresh.takeAfter(6))).toEqual([7, 8]);
  });
});
