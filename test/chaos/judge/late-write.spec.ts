import type { StepKind } from '../fault';
import { checkLateWrite } from './late-write';

const check = (step: StepKind, status: number): readonly string[] =>
  checkLateWrite({ tag: 'v2' }, 'shop', step, status).map(({ promise, text }) => `${promise} ${text}`);

describe('a write that was held past a newer decision', () => {
  it('is refused as it should be', () => {
    expect([check('promote', 409), check('scaleCanary', 404)]).toEqual([[], []]);
  });

  it('breaks the fence if the API server carries it out', () => {
    expect(check('shiftTraffic', 200)).toEqual([
      'fence v2: a write of shiftTraffic that came after a newer decision was carried out was answered 200 instead of being refused',
    ]);
  });

  it('may succeed if it is a creation, whose canary the end state covers', () => {
    expect(check('apply', 201)).toEqual([]);
  });
});
