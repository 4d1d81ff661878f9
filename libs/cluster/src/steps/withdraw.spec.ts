import type { DesiredOf } from '../desired';
import type { Live, LiveWorkload } from '../live';
import { deployment } from '../testing/fixtures';
import { withdraw } from './withdraw';

const owner = { project: 'shop', environment: 'production', releaseId: 'R2', fence: { installation: 'alloy', slot: 2, version: 9 } };
const desired = (stable: string | null = 'R1'): DesiredOf<'withdraw'> => ({
  kind: 'withdraw',
  router: 'podRatio',
  owner,
  namespace: 'shop',
  web: 'web',
  canary: 'web-canary',
  replicas: 5,
  stable,
});
const workload = (name: string, replicas: number, release: string | null, ready: number, fence = 'alloy/2/9'): LiveWorkload => {
  const object = deployment('shop:v1', replicas);
  return {
    object: { ...object, metadata: { ...object.metadata, name, resourceVersion: '7', annotations: { 'alloy.dev/fence': fence } } },
    replicas,
    pods: replicas,
    ready,
    draining: 0,
    byRelease: [{ release, pods: replicas, ready }],
  };
};
const live = (web: LiveWorkload | null, canary: LiveWorkload | null): Live => ({
  web,
  canary,
  shared: new Map(),
  copies: new Map(),
  hpa: null,
});
const done = (stableReady: number) => ({
  kind: 'done',
  outcome: { type: 'TrafficShifted', data: { asked: 0, reached: 0, canaryReady: 0, stableReady } },
});

describe('withdraw', () => {
  it.each([
    ['is done if there is no canary', live(workload('web', 5, 'R1', 3), null), done(3)],
    ['is done if there is neither canary nor workload', live(null, null), done(0)],
    ['is done if the canary has no pods', live(workload('web', 5, 'R1', 3), workload('web-canary', 0, 'R2', 0)), done(3)],
    [
      'waits while no pod of stable is ready',
      live(workload('web', 5, 'R1', 0), workload('web-canary', 2, 'R2', 2)),
      { kind: 'wait', for: 'stable_ready' },
    ],
    [
      'waits while only pods of another release are ready',
      live(workload('web', 5, 'R2', 3), workload('web-canary', 2, 'R2', 2)),
      { kind: 'wait', for: 'stable_ready' },
    ],
    ['waits while there is no stable workload', live(null, workload('web-canary', 2, 'R2', 2)), { kind: 'wait', for: 'stable_ready' }],
    [
      'writes the fencing annotation to the canary first',
      live(workload('web', 5, 'R1', 1), workload('web-canary', 2, 'R2', 2, 'alloy/2/8')),
      { kind: 'write', write: expect.objectContaining({ verb: 'fence', ref: expect.objectContaining({ name: 'web-canary' }) }) },
    ],
    [
      'scales the canary to zero as soon as one pod of stable is ready',
      live(workload('web', 5, 'R1', 1), workload('web-canary', 2, 'R2', 2)),
      {
        kind: 'write',
        write: expect.objectContaining({ verb: 'scale', replicas: 0, ref: expect.objectContaining({ name: 'web-canary' }) }),
      },
    ],
  ])('%s', (_, seen, expected) => expect(withdraw(desired(), seen)).toEqual(expected));

  it('recognizes the pods of an adopted version, which have no release', () => {
    expect(withdraw(desired(null), live(workload('web', 5, null, 1), workload('web-canary', 2, 'R2', 2)))).toMatchObject({
      write: { verb: 'scale', replicas: 0 },
    });
  });
});
