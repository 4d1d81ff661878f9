import type { Bundle, KubeObject } from '@alloy/contracts';
import { copyOf, versioned } from './copies';
import { bundleOf, configMap, deployment, nameHash, secretObject, service } from './testing/fixtures';

const owner = { project: 'shop', environment: 'production', releaseId: 'R2', fence: { installation: 'alloy', slot: 3, version: 7 } };
const template = deployment('shop:v1').spec.template;
const namesOf = (bundle: Bundle): string[] => [...versioned(bundle, template, nameHash).sources.keys()];
const withMap = (change: Partial<KubeObject>): Bundle => ({ workload: 'web', objects: [{ ...configMap('red'), ...change }, secretObject] });

describe('the copies of ConfigMaps and Secrets that a pod template reads', () => {
  it('exist for each ConfigMap and Secret of the bundle, and the rewritten template refers to them', () => {
    const { sources, template: rewritten } = versioned(bundleOf('red'), template, nameHash);
    const [map, secret] = [...sources.keys()];
    expect([...sources.values()]).toEqual([configMap('red'), secretObject]);
    expect([map, secret]).toEqual([expect.stringMatching(/^settings-[0-9a-f]{10}$/), expect.stringMatching(/^keys-[0-9a-f]{10}$/)]);
    expect(rewritten.spec.containers[0]).toMatchObject({
      envFrom: [{ configMapRef: { name: map } }],
      env: [{ valueFrom: { secretKeyRef: { name: secret } } }],
    });
  });

  it('do not exist for objects that the bundle lacks or that the template does not read', () => {
    const unread = { ...configMap('red'), metadata: { name: 'unread' } };
    const sameName = { ...service, metadata: { name: 'settings' } };
    const { sources, template: rewritten } = versioned({ workload: 'web', objects: [unread, sameName, secretObject] }, template, nameHash);
    expect([...sources.values()]).toEqual([secretObject]);
    expect(rewritten.spec.containers[0]).toMatchObject({ envFrom: [{ configMapRef: { name: 'settings' } }] });
  });

  it.each([
    ['data', { data: { COLOUR: 'blue' } }],
    ['binary data', { binaryData: { FILE: 'AA==' } }],
    ['string data', { stringData: { KEY: 'x' } }],
    ['type', { type: 'x' }],
  ])('have another name if the %s differs', (_, change) => {
    expect(namesOf(withMap(change))[0]).not.toBe(namesOf(withMap({}))[0]);
    expect(namesOf(withMap(change))[1]).toBe(namesOf(withMap({}))[1]);
  });

  it('have the same name for the same content, regardless of labels and of the order of keys', () => {
    const of = (data: object, labels?: Record<string, string>) =>
      namesOf(withMap({ data, metadata: { name: 'settings', ...(labels && { labels }) } } as Partial<KubeObject>))[0];
    expect(of({ a: '1', b: '2' })).toBe(of({ b: '2', a: '1' }, { team: 'x' }));
  });

  it('have names of at most 253 characters', () => {
    const name = 'a'.repeat(253);
    const long = { ...configMap('red'), metadata: { name } };
    const read = { spec: { containers: [{ name: 'web', envFrom: [{ configMapRef: { name } }] }] } };
    expect([...versioned({ workload: 'web', objects: [long] }, read, nameHash).sources.keys()][0]).toMatch(/^a{242}-[0-9a-f]{10}$/);
  });

  it('are immutable, and have only the content of the source and the labels and annotations of Alloy', () => {
    const source = { ...secretObject, metadata: { ...secretObject.metadata, labels: { team: 'x' }, annotations: { a: 'b' } }, status: {} };
    expect(copyOf(source, 'keys-1', 'web', 'shop', owner)).toEqual({
      apiVersion: 'v1',
      kind: 'Secret',
      type: 'Opaque',
      data: secretObject['data'],
      immutable: true,
      metadata: {
        name: 'keys-1',
        namespace: 'shop',
        labels: {
          'alloy.dev/copy': 'true',
          'alloy.dev/project': 'shop',
          'alloy.dev/environment': 'production',
          'alloy.dev/release': 'R2',
          'alloy.dev/track': 'stable',
        },
        annotations: { 'alloy.dev/fence': 'alloy/3/7', 'alloy.dev/copy-for': 'web' },
      },
    });
  });
});
