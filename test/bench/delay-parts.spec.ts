import { delayParts } from './delay-parts';

const get = (begunAt: number, endedAt: number) => ({ method: 'GET', begunAt, endedAt });
const patch = (begunAt: number, endedAt: number) => ({ method: 'PATCH', begunAt, endedAt });

describe('delayParts', () => {
  it('divides all of the time', () => {
    const parts = delayParts([get(108, 110), get(109, 111), patch(113, 116), get(118, 119), patch(121, 125)], 100, 125);
    expect(parts).toEqual({ beforeRequests: 8, reads: 4, writes: 7, between: 6 });
  });

  it('counts a read during a write as the write', () => {
    expect(delayParts([get(100, 110), patch(104, 106)], 100, 110)).toEqual({ beforeRequests: 0, reads: 8, writes: 2, between: 0 });
  });

  it('does not count what is outside', () => {
    expect(delayParts([get(90, 99), get(98, 102), patch(103, 105), get(106, 109)], 100, 105)).toEqual({
      beforeRequests: 0, reads: 2, writes: 2, between: 1,
    });
  });

  it('is one wait without requests', () => {
    expect(delayParts([], 100, 107)).toEqual({ beforeRequests: 7, reads: 0, writes: 0, between: 0 });
  });
});
