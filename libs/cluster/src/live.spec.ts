import type { KubeObject } from '@alloy/contracts';
import type { Deployment } from './json';
import { byKey, readyOf, summarise, templateRelease, type LiveWorkload } from './live';

const owner = (kind: string, uid: string) => [{ apiVersion: 'apps/v1', kind, name: uid, uid, controller: true }];
const web = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', uid: 'web' },
  spec: { replicas: 2, template: { metadata: {}, spec: {} } },
} as unknown as Deployment;
const replicaSet = {
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: { name: 'web-1', uid: 'web-1', ownerReferences: owner('Deployment', 'web') },
} as unknown as KubeObject;
const pod = (name: string, { phase = 'Running', deleted = false, ready = true } = {}): KubeObject =>
  ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      labels: { 'alloy.dev/release': 'R1' },
      ownerReferences: owner('ReplicaSet', 'web-1'),
      ...(deleted ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}),
    },
    status: { phase, conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
  }) as unknown as KubeObject;

describe('summarise', () => {
  it('does not count pods that have ended, even if their last condition is Ready, or pods that are being deleted', () => {
    const pods = [
      pod('a'),
      pod('b', { ready: false }),
      pod('evicted', { phase: 'Failed' }),
      pod('completed', { phase: 'Succeeded' }),
      pod('leaving', { deleted: true }),
    ];
    expect(summarise(web, [replicaSet], pods)).toMatchObject({
      pods: 2,
      ready: 1,
      draining: 1,
      byRelease: [{ release: 'R1', pods: 2, ready: 1 }],
    });
  });

  it('counts only pods of ReplicaSets of the Deployment', () => {
    expect(summarise(web, [], [pod('a')])).toMatchObject({ pods: 0, ready: 0, byRelease: [] });
  });
});

describe('a live workload', () => {
  const withLabel = (release: string | undefined): KubeObject => ({
    ...pod('x'),
    metadata: { ...pod('x').metadata, labels: release === undefined ? {} : { 'alloy.dev/release': release } },
  });
  it('has counts per release label of its pods, and for the pods without one', () => {
    const { byRelease, replicas } = summarise(web, [replicaSet], [withLabel('R1'), withLabel('R2'), withLabel('R1'), withLabel(undefined)]);
    expect(byRelease).toEqual([
      { release: 'R1', pods: 2, ready: 2 },
      { release: 'R2', pods: 1, ready: 1 },
      { release: null, pods: 1, ready: 1 },
    ]);
    expect(replicas).toBe(2);
  });

  it('has one replica if its manifest has no replicas', () =>
    expect(summarise({ ...web, spec: { ...web.spec, replicas: undefined } }, [], []).replicas).toBe(1));

  it('does not include pods of the ReplicaSet of another Deployment, or pods without a controller', () => {
    const other = { ...replicaSet, metadata: { ...replicaSet.metadata, ownerReferences: owner('Deployment', 'api') } };
    const loose = { ...pod('y'), metadata: { name: 'y' } } as KubeObject;
    expect(summarise(web, [other], [pod('a'), loose])).toMatchObject({ pods: 0 });
  });

  it('has the counted number of ready pods of a release', () => {
    const counted = { byRelease: [{ release: 'R1', pods: 3, ready: 2 }, { release: null, pods: 1, ready: 1 }] } as unknown as LiveWorkload;
    expect([readyOf(counted, 'R1'), readyOf(counted, null), readyOf(counted, 'R2'), readyOf(null, 'R1')]).toEqual([2, 1, 0, 0]);
  });

  it.each([
    [{ labels: { 'alloy.dev/release': 'R1' } }, 'R1'],
    [{ labels: { app: 'web' } }, null],
    [{}, null],
    [undefined, null],
  ])('with the template metadata %j has the release %j', (metadata, release) => {
    expect(templateRelease({ ...web, spec: { ...web.spec, template: { ...web.spec.template, metadata } } })).toBe(release);
  });

  it('is indexed by kind, group and name', () =>
    expect([...byKey([replicaSet, pod('a')]).keys()]).toEqual(['ReplicaSet.apps/web-1', 'Pod/a']));
});

describe('draining pods', () => {
  const counted = (status: object | undefined, metadata: object = {}, spec: object = {}) =>
    summarise(
      { ...web, metadata: { ...web.metadata, ...metadata }, spec: { ...web.spec, ...spec }, status } as Deployment,
      [replicaSet],
      [pod('a', { deleted: true }), pod('b', { deleted: true })],
    ).draining;
  it.each<[string, number, number]>([
    [
      'as in the status if it is of the current spec',
      counted({ terminatingReplicas: 1, observedGeneration: 4, replicas: 2 }, { generation: 4 }),
      1,
    ],
    [
      'as in the status if it is of a later spec',
      counted({ terminatingReplicas: 1, observedGeneration: 5, replicas: 2 }, { generation: 4 }),
      1,
    ],
    [
      'as listed if the status is of an earlier spec',
      counted({ terminatingReplicas: 1, observedGeneration: 3, replicas: 2 }, { generation: 4 }),
      2,
    ],
    [
      'as listed if the status counts more pods than the spec requires',
      counted({ terminatingReplicas: 1, observedGeneration: 4, replicas: 3 }, { generation: 4 }),
      2,
    ],
    [
      'as listed if the status counts more pods than the default of one',
      counted({ terminatingReplicas: 0, observedGeneration: 4, replicas: 2 }, { generation: 4 }, { replicas: undefined }),
      2,
    ],
    ['as in the status if there are no generations', counted({ terminatingReplicas: 0 }), 0],
    ['as listed if the server does not count them', counted({ observedGeneration: 4 }, { generation: 4 }), 2],
    ['as listed if there is no status', counted(undefined), 2],
  ])('are counted %s', (_, found, expected) => expect(found).toBe(expected));
});
