import type { DesiredOf } from '../desired';
import type { Live, LiveWorkload } from '../live';
import { deployment } from '../testing/fixtures';
import { withdraw } from './withdraw';

const owner = { project: 'shop', environment: 'production', releaseId: 'R2', fence: { installation: 'alloy', slot: 2, version: 9 } };
const desired = (stable: string | null = 'R1'): DesiredOf<'withdraw'> => ({ kind: 'withdraw', owner, namespace: 'shop', web: 'web', canary: 'web-canary', replicas: 5, stable });
const workload = (name: string, replicas: number, release: string | null, ready: number, fence = 'alloy/2/9'): LiveWorkload => {
  const object = deployment('shop:v1', replicas);
  return { object: { ...object, metadata: { ...object.metadata, name, resourceVersion: '7', annotations: { 'alloy.dev/fence': fence } } }, replicas, pods: replicas, ready, draining: 0, byRelease: [{ release, pods: replicas, ready }] };
};
const live = (web: LiveWorkload | null, canary: LiveWorkload | null): Live => ({ web, canary, shared: new Map(), copies: new Map(), hpa: null });
const done = (stableReady: number) => ({ kind: 'done', outcome: { type: 'TrafficShifted', data: { asked: 0, reached: 0, canaryReady: 0, stableReady } } });

describe('a bad canary is withdrawn', () => {
  it.each([
    ['is done where there is no canary', live(workload('web', 5, 'R1', 3), null), done(3)],
    ['is done where there is nothing at all', live(null, null), done(0)],
    ['is done where it has no pods', live(workload('web', 5, 'R1', 3), workload('web-canary', 0, 'R2', 0)), done(3)],
    ['waits while no pod of stable is ready: a bad answer is better than none', live(workload('web', 5, 'R1', 0), workload('web-canary', 2, 'R2', 2)), { kind: 'wait', for: 'stable_ready' }],
    ['waits while what is ready is of another release', live(workload('web', 5, 'R2', 3), workload('web-canary', 2, 'R2', 2)), { kind: 'wait', for: 'stable_ready' }],
    ['waits while there is no stable', live(null, workload('web-canary', 2, 'R2', 2)), { kind: 'wait', for: 'stable_ready' }],
    ['marks it first', live(workload('web', 5, 'R1', 1), workload('web-canary', 2, 'R2', 2, 'alloy/2/8')), { kind: 'write', write: expect.objectContaining({ verb: 'fence', ref: expect.objectContaining({ name: 'web-canary' }) }) }],
    ['takes all its pods as soon as one of stable is ready', live(workload('web', 5, 'R1', 1), workload('web-canary', 2, 'R2', 2)), { kind: 'write', write: expect.objectContaining({ verb: 'scale', replicas: 0, ref: expect.objectContaining({ name: 'web-canary' }) }) }],
  ])('and %s', (_, seen, expected) => expect(withdraw(desired(), seen)).toEqual(expected));

  it('beside an adopted version, whose pods bear no release', () => {
    expect(withdraw(desired(null), live(workload('web', 5, null, 1), workload('web-canary', 2, 'R2', 2)))).toMatchObject({ write: { verb: 'scale', replicas: 0 } });
  });
});
