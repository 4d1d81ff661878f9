import type { KubeObject } from '@alloy/contracts';
import { describeWrite, perform, type Written } from './perform';
import type { Cluster } from './ports';
import type { Write } from './write';

const object: KubeObject = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace: 'shop' } };
const ref = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' };
const owner = { project: 'shop', environment: 'production', releaseId: 'R2', fence: { installation: 'alloy', slot: 3, version: 7 } };

/** A cluster that records each call with its arguments. */
function recorder() {
  const calls: unknown[][] = [];
  const cluster = new Proxy(
    {},
    {
      get:
        (_, method) =>
        (...args: unknown[]) =>
          Promise.resolve(calls.push([method, ...args]) && (method === 'scale' ? '10' : object)),
    },
  ) as Cluster;
  return { calls, cluster };
}

describe('a write', () => {
  it.each<[string, Write, unknown[], Written]>([
    ['create Service web', { verb: 'create', object }, ['create', object, 'alloy-create', { dropsUnknownFields: false }], { object }],
    [
      'create Service web',
      { verb: 'create', object, dropsUnknownFields: true },
      ['create', object, 'alloy-create', { dropsUnknownFields: true }],
      { object },
    ],
    ['apply Service web', { verb: 'apply', object }, ['apply', object, { manager: 'alloy', force: true }], { object }],
    [
      'fence Deployment web',
      { verb: 'fence', ref, resourceVersion: '9', owner },
      [
        'patch',
        ref,
        'merge',
        {
          metadata: {
            resourceVersion: '9',
            labels: { 'alloy.dev/project': 'shop', 'alloy.dev/environment': 'production' },
            annotations: { 'alloy.dev/fence': 'alloy/3/7' },
          },
        },
        'alloy-fence',
      ],
      { object },
    ],
    [
      'adoptFields Deployment web',
      { verb: 'adoptFields', ref, resourceVersion: '9', managedFields: [] },
      [
        'patch',
        ref,
        'json',
        [
          { op: 'replace', path: '/metadata/managedFields', value: [] },
          { op: 'replace', path: '/metadata/resourceVersion', value: '9' },
        ],
        'alloy',
      ],
      { object },
    ],
    [
      'scale web to 3',
      { verb: 'scale', ref, resourceVersion: '9', replicas: 3 },
      ['scale', ref, 3, '9', 'alloy-scale'],
      { scaled: { replicas: 3, resourceVersion: '10' } },
    ],
    [
      'delete Deployment web',
      { verb: 'delete', ref, resourceVersion: '9', uid: 'u' },
      ['delete', ref, { uid: 'u', resourceVersion: '9' }],
      { deleted: true },
    ],
  ])('is one call with a precondition: %s', async (text, write, call, returned) => {
    const { calls, cluster } = recorder();
    expect(await perform(cluster, write)).toEqual(returned);
    expect(calls).toEqual([call]);
    expect(describeWrite(write)).toBe(text);
  });
});
