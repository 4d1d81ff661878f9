import { digestOf, sharedOf } from './shared';
import { nameHash, service } from './testing/fixtures';

const owner = { project: 'shop', environment: 'production', releaseId: 'R2', fence: { installation: 'alloy', slot: 3, version: 7 } };
const own = { 'alloy.dev/project': 'shop', 'alloy.dev/environment': 'production', 'alloy.dev/release': 'R2', 'alloy.dev/track': 'stable' };
const shared = (source: typeof service) => sharedOf(source, 'shop', owner, nameHash);

describe('a shared object', () => {
  it('keeps its name and content, and gets labels, a fencing annotation and a digest, and on creation the annotation of that', () => {
    const served = {
      ...service,
      metadata: { ...service.metadata, uid: 'u', resourceVersion: '9', labels: { team: 'x' }, annotations: { a: 'b' } },
      status: { loadBalancer: {} },
    };
    const { object, created, digest } = shared(served);
    expect(digest).toMatch(/^[0-9a-f]{32}$/);
    const annotations = { a: 'b', 'alloy.dev/fence': 'alloy/3/7', 'alloy.dev/digest': digest };
    expect(object).toEqual({
      apiVersion: 'v1',
      kind: 'Service',
      spec: service['spec'],
      metadata: { name: 'web', namespace: 'shop', labels: { team: 'x', ...own }, annotations },
    });
    expect(created).toEqual({
      ...object,
      metadata: { ...object.metadata, annotations: { ...annotations, 'alloy.dev/created': 'alloy/3/7' } },
    });
    expect(digestOf(object)).toBe(digest);
  });

  it('has a digest that depends only on its content, and not on its status, its owner or the fields that the server filled in', () => {
    const { digest } = shared(service);
    expect(shared({ ...service, status: { a: 1 }, metadata: { ...service.metadata, uid: 'u', namespace: 'other' } }).digest).toBe(digest);
    expect(sharedOf(service, 'other', { ...owner, releaseId: 'R3' }, nameHash).digest).toBe(digest);
    for (const other of [
      { ...service, spec: {} },
      { ...service, metadata: { name: 'api' } },
      { ...service, metadata: { name: 'web', labels: { a: 'b' } } },
      { ...service, metadata: { name: 'web', annotations: { a: 'b' } } },
    ])
      expect(shared(other).digest).not.toBe(digest);
  });

  it('has no digest without the annotation', () =>
    expect([digestOf(service), digestOf({ ...service, metadata: { name: 'web', annotations: {} } })]).toEqual([undefined, undefined]));
});
