import type { LiveTraffic } from '@alloy/cluster';
import type { RouteTraffic, RunningState, TrafficDrift } from '@alloy/release';
import {
  given, happyUntil, inspected, meanwhile, pausedBy, policy, requested, resumedBy, shifted, trafficDrifted, type Item, type Scenario,
} from '@alloy/release/testing';
import { newTrafficDrifts } from './new-traffic-drifts';

const plan: RouteTraffic = {
  route: { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', name: 'shop' },
  service: 'web', canaryService: 'web-canary', label: { name: 'app', value: 'web-canary' },
};
/** Another client has deleted the route. */
const withoutRoute: LiveTraffic = { plan, route: null, service: null, canaryService: null };
const gone = {
  object: { kind: 'HTTPRoute', name: 'shop' }, cause: 'deleted', manager: null, fields: ['spec.rules'], canRestore: false,
  expected: 'an object', found: 'none',
} as const satisfies TrafficDrift;
/** The same, so that the release waits for a repetition of its shift instead of ending. */
const recorded = (over: Partial<TrafficDrift> = {}): Item => trafficDrifted({ ...gone, canRestore: true, ...over });

const released = (...items: readonly Item[]): Scenario => {
  const by = meanwhile({ policy: { ...policy, traffic: { router: 'gatewayApi', drainSeconds: 5 } } });
  return given(by, requested(), inspected({ replicas: 8, ready: 8, traffic: plan }), ...items);
};
const found = ({ state, log }: Scenario): readonly TrafficDrift[] => newTrafficDrifts(state as RunningState, withoutRoute, log);

describe('newTrafficDrifts', () => {
  it('finds what is wrong while the canary is analysed, and nothing in a step that writes', () => {
    expect(found(released(happyUntil('analyse')))).toEqual([gone]);
    expect(found(released(happyUntil('shiftTraffic')))).toEqual([]);
  });

  it('finds a recorded state again only in another attempt', () => {
    const release = released(happyUntil('analyse'));
    release.play([recorded()]);
    expect(release.log.map(({ type }) => type)).toContain('ShiftRepeated');
    release.play([shifted()]);
    expect(found(release)).toEqual([gone]);
    release.apply(recorded());
    expect(found(release)).toEqual([]);
  });

  it('finds another state than the recorded one', () => {
    const release = released(happyUntil('analyse'));
    release.apply(recorded({ manager: 'argocd' }));
    expect(found(release)).toEqual([gone]);
    release.apply(recorded());
    expect(found(release)).toEqual([]);
  });

  it('finds a recorded state again after a user has resumed the same attempt', () => {
    const release = released(happyUntil('analyse'), pausedBy('ada'));
    release.apply(recorded());
    expect(found(release)).toEqual([]);
    release.play([resumedBy('ada')]);
    expect(found(release)).toEqual([gone]);
  });

  it('finds nothing more after 50 are recorded, also in other attempts', () => {
    const release = released(happyUntil('analyse'));
    release.play([recorded(), shifted()]);
    for (let i = 2; i < 50; i += 1) release.apply(recorded({ found: `${i} %` }));
    expect(found(release)).toEqual([gone]);
    release.apply(recorded({ found: '50 %' }));
    expect(found(release)).toEqual([]);
  });
});
