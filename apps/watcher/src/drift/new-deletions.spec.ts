import type { Deployment } from '@alloy/cluster';
import type { ReleaseEvent, RunningState } from '@alloy/release';
import { after, degraded, deleted, given, happyUntil, meanwhile, passed, policy, scaled, type Item } from '@alloy/release/testing';
import type { Deployments } from '../cluster-reader';
import { newDeletions, wasObserved } from './new-deletions';

const deployment = (name: string, metadata: object = {}) =>
  ({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, ...metadata }, spec: {} }) as unknown as Deployment;
const both: Deployments = { stable: deployment('web'), canary: deployment('web-canary') };
const none: Deployments = { stable: undefined, canary: undefined };

function found(deployments: Deployments, ...items: readonly Item[]): readonly string[] {
  const { state, log } = given(...items);
  return newDeletions(state as RunningState, deployments, log).map(({ data: { track, object } }) => `${track} ${object.name}`);
}

describe('newDeletions', () => {
  it.each(['scaleCanary', 'shiftTraffic', 'analyse'] as const)('finds both Deployments missing during %s', (kind) => {
    expect(found(none, happyUntil(kind))).toEqual(['canary web-canary', 'stable web']);
    expect(found(both, happyUntil(kind))).toEqual([]);
  });

  it('counts a Deployment as deleted while its pods are still being deleted (kubectl delete --cascade=foreground)', () => {
    const canary = deployment('web-canary', { deletionTimestamp: '2026-01-01T00:00:00Z' });
    expect(found({ ...both, canary }, happyUntil('analyse'))).toEqual(['canary web-canary']);
  });

  it('finds nothing that Alloy itself deletes or creates: a canary at the end, a stable version during its rollout', () => {
    expect(found(none, happyUntil('apply'))).toEqual([]);
    expect(found(none, happyUntil('promote'))).toEqual(['canary web-canary']);
    expect(found(none, happyUntil('promote'), scaled())).toEqual(['canary web-canary', 'stable web']);
    expect(found({ ...both, canary: undefined }, happyUntil('retire'))).toEqual([]);
    expect(found(none, happyUntil('analyse'), degraded('OOMKilled'))).toEqual([]);
  });

  it('finds a missing baseline only while its experiment compares with it', () => {
    const experiment = meanwhile({ policy: { ...policy, steps: [{ setWeight: 50 }, { experiment: { duration: 20 } }] } });
    const whole = { ...both, baseline: deployment('web-baseline') };
    const missing = (deployments: Deployments, ...items: readonly Item[]) => found(deployments, experiment, ...items);
    expect(missing(both, happyUntil('analyse'))).toEqual(['baseline web-baseline']);
    expect(missing(none, happyUntil('analyse'))).toEqual(['canary web-canary', 'stable web', 'baseline web-baseline']);
    expect(missing(whole, happyUntil('analyse'))).toEqual([]);
    // The executor creates it before, and removes it after.
    expect([missing(both, happyUntil('scaleBaseline')), missing(both, happyUntil('analyse'), after(20), passed())]).toEqual([[], []]);
    expect(missing(none, happyUntil('scaleBaseline'))).toEqual(['canary web-canary', 'stable web']);
  });

  it('expects no canary in a rollout', () => {
    expect(found(none, meanwhile({ stable: null }), happyUntil('promote'), scaled())).toEqual(['stable web']);
  });

  it('finds each deletion once per step', () => {
    const { state, log, append } = scenario();
    append(deleted('canary')(state()));
    expect(newDeletions(state(), none, log).map(({ data }) => data.track)).toEqual(['stable']);
  });
});

function scenario() {
  const release = given(happyUntil('analyse'));
  const state = (): RunningState => release.state as RunningState;
  return { state, log: release.log, append: (event: ReleaseEvent) => release.append(event) };
}

describe('wasObserved', () => {
  it('is true once a watcher has recorded pods of the release', () => {
    expect(wasObserved(given(happyUntil('apply')).log)).toBe(false);
    expect(wasObserved(given(happyUntil('analyse')).log)).toBe(true);
  });
});
