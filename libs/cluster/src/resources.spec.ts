import { resourcePath, UnknownKind } from './resources';

describe('resourcePath', () => {
  it.each([
    ['v1', 'Pod', 'pods'],
    ['v1', 'Service', 'services'],
    ['v1', 'ConfigMap', 'configmaps'],
    ['v1', 'Secret', 'secrets'],
    ['v1', 'ServiceAccount', 'serviceaccounts'],
    ['v1', 'Event', 'events'],
    ['discovery.k8s.io/v1', 'EndpointSlice', 'endpointslices'],
    ['apps/v1', 'Deployment', 'deployments'],
    ['apps/v1', 'ReplicaSet', 'replicasets'],
    ['networking.k8s.io/v1', 'Ingress', 'ingresses'],
    ['autoscaling/v2', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers'],
    ['policy/v1', 'PodDisruptionBudget', 'poddisruptionbudgets'],
  ])('of %s %s contains the namespace', (apiVersion, kind, plural) => {
    const root = apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`;
    expect(resourcePath({ apiVersion, kind, namespace: 'shop' })).toBe(`${root}/namespaces/shop/${plural}`);
    expect(resourcePath({ apiVersion, kind, namespace: 'shop', name: 'web' })).toBe(`${root}/namespaces/shop/${plural}/web`);
    expect(resourcePath({ apiVersion, kind })).toBe(`${root}/${plural}`);
  });

  it.each([
    ['Namespace', 'namespaces'],
    ['Node', 'nodes'],
  ])('of a %s contains no namespace', (kind, plural) =>
    expect(resourcePath({ apiVersion: 'v1', kind, namespace: 'shop', name: 'a' })).toBe(`/api/v1/${plural}/a`),
  );
  it('encodes names, so that they cannot lead to another path', () =>
    expect(resourcePath({ apiVersion: 'v1', kind: 'Pod', namespace: '../a', name: 'b/c' })).toBe('/api/v1/namespaces/..%2Fa/pods/b%2Fc'));
  it('throws UnknownKind for another kind', () => {
    expect(() => resourcePath({ apiVersion: 'v1', kind: 'Widget' })).toThrow(UnknownKind);
    expect(() => resourcePath({ apiVersion: 'v1', kind: 'Widget' })).toThrow(
      expect.objectContaining({
        code: 'unknown_kind',
        kind: 'Widget',
        name: 'UnknownKind',
        message: 'kind Widget is not in the table of resources',
      }),
    );
  });
});
