import { checkPodListKeys, checkServiceListKeys } from './check-list-keys';

const twice = (item: object) => [item, item];
const container = (lists: object) => ({ containers: [{ name: 'proxy' }, { name: 'web', ...lists }] });

describe('checkPodListKeys', () => {
  it('names both items and their key', () => {
    const ports = [{ name: 'http', containerPort: 8080 }, { name: 'dns', containerPort: 53 }, { name: 'metrics', containerPort: 8080 }];
    expect(checkPodListKeys(container({ ports }), '/spec')).toEqual([
      {
        status: 422,
        code: 'duplicate_item',
        pointer: '/spec/containers/1/ports/2',
        detail:
          'Items 0 and 2 of this list have the same containerPort and protocol, which Kubernetes refuses in every later change. ' +
          'Remove one of them.',
      },
    ]);
  });

  it.each<[string, object]>([
    ['/containers/1/env/1', container({ env: twice({ name: 'A', value: '1' }) })],
    ['/containers/1/volumeMounts/1', container({ volumeMounts: twice({ name: 'tmp', mountPath: '/tmp' }) })],
    ['/containers/1/volumeDevices/1', container({ volumeDevices: twice({ devicePath: '/dev/x' }) })],
    ['/containers/1/ports/1', container({ ports: [{ containerPort: 53, protocol: 'TCP' }, { containerPort: 53 }] })],
    ['/initContainers/0/env/1', { initContainers: [{ env: twice({ name: 'A' }) }] }],
    ['/hostAliases/1', { hostAliases: [{ ip: '10.0.0.1', hostnames: ['a'] }, { ip: '10.0.0.1', hostnames: ['b'] }] }],
    ['/imagePullSecrets/1', { imagePullSecrets: twice({ name: 'registry' }) }],
    ['/volumes/1', { volumes: twice({ name: 'tmp', emptyDir: {} }) }],
    ['/resourceClaims/1', { resourceClaims: twice({ name: 'gpu' }) }],
    ['/schedulingGates/1', { schedulingGates: twice({ name: 'gate' }) }],
    ['/topologySpreadConstraints/1', { topologySpreadConstraints: twice({ topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule' }) }],
  ])('finds %s', (pointer, pod) => {
    expect(checkPodListKeys(pod as Record<string, unknown>, '').map((finding) => finding.pointer)).toEqual([pointer]);
  });

  it('accepts items with different keys, and items without a key, which are refused elsewhere', () => {
    const lists = { ports: [{ containerPort: 53 }, { containerPort: 53, protocol: 'UDP' }], env: [{}, {}, 'A', 'A'] };
    expect(checkPodListKeys(container(lists), '')).toEqual([]);
  });
});

describe('checkServiceListKeys', () => {
  it('finds two ports with the same number and protocol, and accepts one for TCP and one for UDP', () => {
    expect(checkServiceListKeys({ ports: [{ port: 53 }, { port: 53, protocol: 'UDP' }] }, '/spec')).toEqual([]);
    expect(checkServiceListKeys({ ports: twice({ port: 53, protocol: 'UDP' }) }, '/spec')).toMatchObject([{ pointer: '/spec/ports/1' }]);
  });
});
