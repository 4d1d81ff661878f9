import type { StepKind } from '../fault';
import { checkLateWrite } from './late-write';

const check = (step: StepKind, status: number): readonly string[] => checkLateWrite({ tag: 'v2' }, 'shop', step, status).map(({ promise, text }) => `${promise} ${text}`);

describe('a write that was held past a newer decision', () => {
  it('may be refused', () => {
    expect([check('promote', 409), check('scaleCanary', 404)]).toEqual([[], []]);
  });

  it('breaks the fence if it is carried out', () => {
    expect(check('shiftTraffic', 200)).toEqual(['fence v2: a write of shiftTraffic that came after a newer decision was carried out was answered 200 instead of being refused']);
  });

  it('may be a creation: its canary is a matter of the end state', () => {
    expect(check('apply', 201)).toEqual([]);
  });
});
