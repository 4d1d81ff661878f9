import type { DesiredOf } from '../desired';
import type { Deployment } from '../json';
import type { Live, LiveWorkload } from '../live';
import { revisionOf, type DeploymentStrategy } from '../revision';
import { deployment, nameHash } from '../testing/fixtures';
import { removeCanary, restoreStrategy, retire } from './retire';

const owner = { project: 'shop', environment: 'production', releaseId: 'R2', fence: { installation: 'alloy', slot: 2, version: 9 } };
const live = (over: Partial<Live>): Live => ({ web: null, canary: null, shared: new Map(), copies: new Map(), hpa: null, ...over });
const workload = (object: Deployment, over: Partial<LiveWorkload> = {}): LiveWorkload => ({
  object,
  replicas: 5,
  pods: 5,
  ready: 5,
  draining: 0,
  byRelease: [{ release: 'R2', pods: 5, ready: 5 }],
  ...over,
});
const rolling = (rollingUpdate: object): DeploymentStrategy => ({ type: 'RollingUpdate', rollingUpdate }) as DeploymentStrategy;
const revision = (asked: DeploymentStrategy | undefined) =>
  revisionOf({
    bundle: { workload: 'web', objects: [deployment('shop:v2', 5, asked && { strategy: asked })] },
    release: 'R2',
    namespace: 'shop',
    owner,
    nameHash,
  });

describe('the strategy of the manifest', () => {
  it.each<[DeploymentStrategy | undefined, DeploymentStrategy | undefined, boolean]>([
    [rolling({ maxUnavailable: 0, maxSurge: '25%' }), undefined, true],
    [rolling({ maxUnavailable: '25%', maxSurge: '25%' }), undefined, false],
    [rolling({ maxUnavailable: 1, maxSurge: 2 }), rolling({ maxUnavailable: 1, maxSurge: 2 }), false],
    [rolling({ maxUnavailable: '1', maxSurge: '2' }), rolling({ maxUnavailable: 1, maxSurge: 2 }), false],
    [rolling({ maxUnavailable: 0, maxSurge: 2 }), rolling({ maxUnavailable: 1, maxSurge: 2 }), true],
    [rolling({ maxUnavailable: 1, maxSurge: 1 }), rolling({ maxUnavailable: 1, maxSurge: 2 }), true],
    [{ type: 'Recreate' }, { type: 'Recreate' }, false],
    [rolling({ maxUnavailable: 0, maxSurge: '25%' }), { type: 'Recreate' }, true],
    [{ type: 'Recreate' }, undefined, true],
    [undefined, { type: 'Recreate' }, true],
    [{ rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%' } }, undefined, false],
    [undefined, undefined, true],
  ])('is restored by retirement: found %j, in the manifest %j, writes: %s', (found, asked, writes) => {
    const next = restoreStrategy(revision(asked), live({ web: workload(deployment('shop:v2', 5, found && { strategy: found })) }));
    expect(next).toEqual(writes ? { kind: 'write', write: expect.objectContaining({ verb: 'apply' }) } : undefined);
  });

  it('is not restored if there is no workload', () => expect(restoreStrategy(revision(undefined), live({}))).toBeUndefined());

  it('is applied with the resourceVersion that was read, after the managed fields of kubectl have moved to Alloy', () => {
    const web = deployment('shop:v2', 5);
    const read = { ...web, metadata: { ...web.metadata, resourceVersion: '7' } };
    const kubectl = { manager: 'kubectl-create', operation: 'Update', apiVersion: 'apps/v1', fieldsV1: { 'f:spec': { 'f:strategy': {} } } };
    expect(restoreStrategy(revision(undefined), live({ web: workload(read) }))).toMatchObject({
      write: {
        verb: 'apply',
        object: {
          metadata: { name: 'web', resourceVersion: '7' },
          spec: { strategy: rolling({ maxUnavailable: '25%', maxSurge: '25%' }) },
        },
      },
    });
    expect(
      restoreStrategy(revision(undefined), live({ web: workload({ ...read, metadata: { ...read.metadata, managedFields: [kubectl] } }) })),
    ).toMatchObject({ write: { verb: 'adoptFields', resourceVersion: '7' } });
  });
});

describe('the end of an emergency', () => {
  const safe = deployment('shop:v2', 5, { strategy: rolling({ maxUnavailable: 0, maxSurge: '25%' }) });
  const next = (byRelease: LiveWorkload['byRelease'], waits = false) => {
    const common = { owner, namespace: 'shop', web: 'web', canary: 'web-canary', replicas: 5, router: 'podRatio' };
    const prune = { candidates: [], refused: new Map(), deleted: [] };
    const step = { kind: 'retire', revision: revision(undefined), shared: [], hadCanary: false, keepCopies: new Set(), prune, waits };
    return retire({ ...common, ...step } as unknown as DesiredOf<'retire'>, live({ web: workload(safe, { byRelease }) }));
  };

  it('leaves the safe strategy while pods are replaced, which would otherwise take ready pods away, and restores it after that', () => {
    const [old, fresh] = [{ release: 'R1', pods: 5, ready: 5 }, { release: 'R2', pods: 5, ready: 5 }];
    expect(next([old, { ...fresh, pods: 1, ready: 0 }])).toMatchObject({ kind: 'done' });
    expect(next([old, fresh])).toMatchObject({ kind: 'done' });
    expect(next([fresh])).toMatchObject({ kind: 'write', write: { verb: 'apply' } });
    expect(next([old], true)).toMatchObject({ kind: 'write', write: { verb: 'apply' } });
  });
});

describe('the canary of a promoted release', () => {
  const desired = { owner, namespace: 'shop', web: 'web', canary: 'web-canary', replicas: 5 } as DesiredOf<'retire'>;
  const canary = (fence: string): LiveWorkload => {
    const object = deployment('shop:v2', 0);
    return workload({
      ...object,
      metadata: { name: 'web-canary', uid: 'u', resourceVersion: '7', annotations: { 'alloy.dev/fence': fence } },
    });
  };
  const web = (release: string, ready: number) => workload(deployment('shop:v2', 5), { byRelease: [{ release, pods: 5, ready }] });

  it.each<[string, Live, object | undefined]>([
    ['needs no write if it does not exist', live({ web: web('R2', 5) }), undefined],
    [
      'stays while fewer pods of the version are ready',
      live({ web: web('R2', 4), canary: canary('alloy/2/9') }),
      { kind: 'wait', for: 'stable_ready' },
    ],
    [
      'stays while the pods that are ready are of another version',
      live({ web: web('R1', 5), canary: canary('alloy/2/9') }),
      { kind: 'wait', for: 'stable_ready' },
    ],
    ['stays if there is no workload', live({ canary: canary('alloy/2/9') }), { kind: 'wait', for: 'stable_ready' }],
    [
      'gets the fencing annotation first',
      live({ web: web('R2', 5), canary: canary('alloy/2/8') }),
      { kind: 'write', write: expect.objectContaining({ verb: 'fence' }) },
    ],
    [
      'is deleted then, with the version that was read as a precondition',
      live({ web: web('R2', 5), canary: canary('alloy/2/9') }),
      {
        kind: 'write',
        write: { verb: 'delete', ref: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web-canary' }, resourceVersion: '7', uid: 'u' },
      },
    ],
  ])('%s', (_, seen, expected) => expect(removeCanary(desired, seen, 'R2')).toEqual(expected));
});
