import type { StepKind } from '../fault';
import { checkLateWrite } from './late-write';

const check = (step: StepKind, status: number): readonly string[] =>
  checkLateWrite({ tag: 'v2' }, 'shop', step, status).map(({ promise, text }) => `${promise} ${text}`);

describe('a write that was held past a newer decision', () => {
  it('holds if the API server refuses the write', () => {
    expect([check('promote', 409), check('scaleCanary', 404)]).toEqual([[], []]);
  });

  it('breaks the fence if the API server executes the write', () => {
    expect(check('shiftTraffic', 200)).toEqual([
      'fence v2: a write of shiftTraffic that came after a newer decision was carried out was answered 200 instead of being refused',
    ]);
  });

  it('may succeed if it is a creation: the judgement of the end state covers its canary', () => {
    expect(check('apply', 201)).toEqual([]);
  });
});
