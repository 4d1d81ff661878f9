import type { KubeObject } from '@alloy/contracts';
import { previewPatch } from './preview-patch';

const base = { apiVersion: 'v1', kind: 'ConfigMap' };
const object = (content: object, metadata: object = {}): KubeObject =>
  ({ ...base, metadata: { name: 'settings', ...metadata }, ...content });
const live = (content: object, metadata: object = {}): KubeObject => object(content, { resourceVersion: '7', uid: 'u', ...metadata });
const version = { op: 'replace', path: '/metadata/resourceVersion', value: '7' };

describe('previewPatch', () => {
  it('has the version of the live object as its condition, and changes neither status nor identity', () => {
    expect(previewPatch(object({ status: { a: 1 } }), live({ status: { a: 2 } }), {})).toEqual([version]);
  });

  it.each<[string, object, object, object, object[]]>([
    [
      'replaces what the object has', { data: { a: '2' } }, { data: { a: '1' } }, { 'f:data': { 'f:a': {} } },
      [{ op: 'add', path: '/data', value: { a: '2' } }],
    ],
    [
      'removes an owned entry that the object omits',
      { data: { a: '1' } }, { data: { a: '1', b: '1' } }, { 'f:data': { 'f:a': {}, 'f:b': {} } },
      [{ op: 'add', path: '/data', value: { a: '1' } }],
    ],
    [
      'keeps an entry of another manager, and a default that no manager owns',
      { spec: { a: 1 } }, { spec: { a: 1, replicas: 3, clusterIP: 'x' } },
      { 'f:spec': { 'f:a': {} } }, [{ op: 'add', path: '/spec', value: { replicas: 3, clusterIP: 'x', a: 1 } }],
    ],
    ['removes an owned field that the object omits', {}, { type: 'Opaque' }, { 'f:type': {} }, [{ op: 'remove', path: '/type' }]],
    ['keeps a field of another manager', {}, { type: 'x' }, {}, [{ op: 'add', path: '/type', value: 'x' }]],
    ['removes a map with its last entry', {}, { data: { a: '1' } }, { 'f:data': { 'f:a': {} } }, [{ op: 'remove', path: '/data' }]],
    ['ignores null values and empty maps, as an apply does', { data: {}, immutable: null }, {}, {}, []],
    ['replaces lists as a whole', { items: [1] }, { items: [2, 3] }, { 'f:items': {} }, [{ op: 'add', path: '/items', value: [1] }]],
  ])('%s', (_what, asked, found, owned, expected) => {
    expect(previewPatch(object(asked), live(found), owned as never)).toEqual([version, ...expected]);
  });

  it('merges labels and annotations', () => {
    const patch = previewPatch(object({}, { labels: { a: '1' } }), live({}, { labels: { b: '1', c: '1' }, annotations: { d: '1' } }), {
      'f:metadata': { 'f:labels': { 'f:b': {} } },
    });
    expect(patch).toEqual([
      version,
      { op: 'add', path: '/metadata/labels', value: { c: '1', a: '1' } },
      { op: 'add', path: '/metadata/annotations', value: { d: '1' } },
    ]);
  });
});
