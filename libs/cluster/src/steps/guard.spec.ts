import type { KubeObject } from '@alloy/contracts';
import type { Desired } from '../desired';
import type { Live, LiveWorkload } from '../live';
import { byKey } from '../live';
import { sharedOf } from '../shared';
import { deployment, nameHash, service } from '../testing/fixtures';
import { guard } from './guard';

const owner = { project: 'shop', environment: 'production', releaseId: 'R2', fence: { installation: 'alloy', slot: 2, version: 9 } };
const base = { owner, namespace: 'shop', web: 'web', canary: 'web-canary', router: 'podRatio', replicas: 5 } as const;
const scale: Desired = { ...base, kind: 'scaleCanary', surge: Infinity, pods: 1 };
const shared = [sharedOf(service, 'shop', owner, nameHash)];
const rollback: Desired = {
  ...base,
  kind: 'rollback',
  revision: null,
  shared,
  overwritesChange: false,
  deletedByRelease: new Set(),
  keepCopies: new Set(),
  prune: { candidates: [], refused: new Map(), deleted: [] },
  canaryLast: false,
  scaleToZero: false,
};
const retire = { ...rollback, kind: 'retire' } as unknown as Desired;

const owned = <T extends KubeObject>(object: T, fence: string, name = object.metadata.name): T => ({
  ...object,
  metadata: { ...object.metadata, name, labels: { 'alloy.dev/project': 'shop' }, annotations: { 'alloy.dev/fence': fence } },
});
const workload = (name: string, fence: string | null): LiveWorkload => {
  const object = deployment('shop:v1', 1);
  return {
    object: fence === null ? { ...object, metadata: { ...object.metadata, name } } : owned(object, fence, name),
    replicas: 1,
    pods: 1,
    ready: 1,
    draining: 0,
    byRelease: [],
  };
};
const live = (over: Partial<Live>): Live => ({ web: null, canary: null, shared: new Map(), copies: new Map(), hpa: null, ...over });
const foreign = (object: string) => ({
  kind: 'refused',
  refusal: { code: 'foreign_owner', text: `${object} is managed by another installation or project, or was not made by Alloy` },
});

describe('guard', () => {
  it.each<[string, Desired, Live, object | undefined]>([
    ['allows a step in an empty cluster', scale, live({}), undefined],
    [
      'allows writes to objects of an earlier decision',
      scale,
      live({ web: workload('web', 'alloy/1/1'), canary: workload('web-canary', 'alloy/2/9') }),
      undefined,
    ],
    ['allows writes to a workload without a fencing annotation', scale, live({ web: workload('web', null) }), undefined],
    [
      'refuses a canary without a fencing annotation',
      scale,
      live({ canary: workload('web-canary', null) }),
      foreign('Deployment web-canary'),
    ],
    ['refuses a workload of another installation', scale, live({ web: workload('web', 'other/1/1') }), foreign('Deployment web')],
    [
      'refuses a canary of another installation',
      scale,
      live({ web: workload('web', 'alloy/1/1'), canary: workload('web-canary', 'other/1/1') }),
      foreign('Deployment web-canary'),
    ],
    [
      'returns stale for a workload of a newer decision',
      scale,
      live({ web: workload('web', 'alloy/2/10') }),
      { kind: 'stale', object: 'Deployment/web' },
    ],
    [
      'returns stale for a canary of a newer decision',
      scale,
      live({ canary: workload('web-canary', 'alloy/3/1') }),
      { kind: 'stale', object: 'Deployment/web-canary' },
    ],
    [
      'refuses a shared object of another installation',
      retire,
      live({ shared: byKey([owned(service, 'other/1/1')]) }),
      foreign('Service web'),
    ],
    [
      'returns stale for a shared object of a newer decision',
      retire,
      live({ shared: byKey([owned(service, 'alloy/3/1')]) }),
      { kind: 'stale', object: 'Service/web' },
    ],
    ['ignores shared objects in a step without shared objects', scale, live({ shared: byKey([owned(service, 'other/1/1')]) }), undefined],
    [
      'ignores a shared object of another installation in a rollback',
      rollback,
      live({ shared: byKey([owned(service, 'other/1/1')]) }),
      undefined,
    ],
    [
      'refuses a workload of another installation in a rollback',
      rollback,
      live({ web: workload('web', 'other/1/1') }),
      foreign('Deployment web'),
    ],
    [
      'returns stale for a shared object of a newer decision in a rollback',
      rollback,
      live({ shared: byKey([owned(service, 'alloy/3/1')]) }),
      { kind: 'stale', object: 'Service/web' },
    ],
  ])('%s', (_, desired, seen, expected) => expect(guard(desired, seen)).toEqual(expected));
});
