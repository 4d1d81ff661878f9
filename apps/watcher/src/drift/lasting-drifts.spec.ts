import type { TrafficDrift } from '@alloy/release';
import { LastingDrifts } from './lasting-drifts';

const rewritten: TrafficDrift = {
  object: { kind: 'HTTPRoute', name: 'shop' }, cause: 'rewritten', manager: 'argocd', fields: ['spec.rules'], canRestore: true,
  expected: '17 % for web-canary', found: '0 % for web-canary',
};
const other: TrafficDrift = { ...rewritten, found: '3 % for web-canary' };

/** With a clock that the test controls. */
function world() {
  const clock = { ms: 5_000 };
  const drifts = new LastingDrifts(() => clock.ms);
  const after = (ms: number, ...found: readonly TrafficDrift[]): readonly TrafficDrift[] => {
    clock.ms += ms;
    return drifts.lasting(found);
  };
  return { drifts, after };
}

describe('LastingDrifts', () => {
  it('returns a change by another client once it has lasted for a second', () => {
    const { after } = world();
    expect([after(0, rewritten), after(999, rewritten), after(1, rewritten), after(7_000, rewritten)])
      .toEqual([[], [], [rewritten], [rewritten]]);
  });

  it.each(['rejected', 'reported'] as const)('returns what a controller has %s once it has lasted for ten seconds', (cause) => {
    const { after } = world();
    const drift = { ...rewritten, cause };
    expect([after(0, drift), after(9_999, drift), after(1, drift)]).toEqual([[], [], [drift]]);
  });

  it('starts again with a change that was undone meanwhile, and with another found state', () => {
    const { after } = world();
    after(0, rewritten);
    after(900);
    expect([after(100, rewritten), after(999, rewritten)]).toEqual([[], []]);
    expect([after(0, other), after(1, rewritten), after(999, rewritten)]).toEqual([[], [], []]);
  });

  it('measures each change alone', () => {
    const { after } = world();
    after(0, rewritten);
    after(600, rewritten, other);
    expect(after(400, rewritten, other)).toEqual([rewritten]);
    expect(after(600, rewritten, other)).toEqual([rewritten, other]);
  });

  it('is suspicious while it was last called with a change', () => {
    const { drifts, after } = world();
    const seen = [drifts.isSuspicious];
    for (const found of [[rewritten], [rewritten], []]) {
      after(1_000, ...found);
      seen.push(drifts.isSuspicious);
    }
    expect(seen).toEqual([false, true, true, false]);
  });
});
