import { FreshTriggers } from './fresh-triggers';
import type { OrderedTrigger } from './publisher';

const triggers = (...seqs: readonly number[]): readonly OrderedTrigger[] =>
  seqs.map((seq) => ({ id: `e-${seq}`, family: 'outcome', type: 'ManifestsApplied', stream: 's-1', version: seq, seq }));
const seqs = (taken: readonly OrderedTrigger[] | undefined) => taken?.map(({ seq }) => seq);

describe('fresh triggers', () => {
  let fresh: FreshTriggers;
  beforeEach(() => (fresh = new FreshTriggers(3)));

  it('are returned once, if they are consecutive', () => {
    fresh.add(triggers(5, 6));
    fresh.add(triggers(7));
    expect(seqs(fresh.takeAfter(4))).toEqual([5, 6, 7]);
    expect(fresh.takeAfter(4)).toBeUndefined();
  });

  it('do not include published ones', () => {
    fresh.add(triggers(5, 6, 7));
    expect(seqs(fresh.takeAfter(6))).toEqual([7]);
  });

  it('are not returned if a previous one is missing', () => {
    fresh.add(triggers(6));
    expect(fresh.takeAfter(4)).toBeUndefined();
    expect(fresh.takeAfter(5)).toBeUndefined();
  });

  it('are dropped if newer ones do not follow them immediately', () => {
    fresh.add(triggers(5));
    fresh.add(triggers(8));
    expect(fresh.takeAfter(4)).toBeUndefined();
    fresh.add(triggers(5));
    fresh.add(triggers(8));
    expect(seqs(fresh.takeAfter(7))).toEqual([8]);
  });

  it('are limited in number: the relay reads the others from the log', () => {
    fresh.add(triggers(5, 6));
    fresh.add(triggers(7, 8));
    expect(fresh.takeAfter(4)).toBeUndefined();
    fresh.add(triggers(5, 6));
    fresh.add(triggers(7, 8));
    expect(seqs(fresh.takeAfter(6))).toEqual([7, 8]);
  });
});
