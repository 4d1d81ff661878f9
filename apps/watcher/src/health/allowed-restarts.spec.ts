import type { RunningState } from '@alloy/release';
import { given, happyUntil, meanwhile, policy, ready, scaled, type Item } from '@alloy/release/testing';
import { allowedRestarts } from './allowed-restarts';

const withPolicy = (maxRestarts: typeof policy.maxRestarts, ...items: readonly Item[]) =>
  allowedRestarts(given(meanwhile({ policy: { ...policy, ...(maxRestarts && { maxRestarts }) } }), ...items).state as RunningState);
const usual = { starting: 3, underTraffic: 0 };

describe('allowedRestarts', () => {
  it('are those of a start until the traffic begins, and in a promotion until all pods were ready', () => {
    const starting = { count: 3, failsInLoop: false };
    expect(withPolicy(usual, happyUntil('scaleCanary'))).toEqual(starting);
    expect(withPolicy(usual, happyUntil('promote'))).toEqual(starting);
  });

  it('are none besides those of the start under traffic', () => {
    const serving = { count: 3, failsInLoop: true };
    for (const kind of ['shiftTraffic', 'analyse', 'retire'] as const) expect(withPolicy(usual, happyUntil(kind))).toEqual(serving);
    expect(withPolicy(usual, happyUntil('scaleCanary', 2))).toEqual(serving);
    expect(withPolicy(usual, happyUntil('promote'), ready())).toEqual(serving);
    expect(withPolicy({ starting: 1, underTraffic: 2 }, happyUntil('analyse'))).toEqual({ count: 3, failsInLoop: false });
  });

  it('are none in a crash loop if the policy says so, or is one from before their default', () => {
    for (const none of [undefined, 'none'] as const) expect(withPolicy(none, happyUntil('promote'), scaled())).toBeUndefined();
  });
});
