import { adoptFields, ALLOY_MANAGER, CREATE_MANAGER, FENCE_MANAGER, type ManagedFields } from './managed-fields';

const object = (...managedFields: ManagedFields[]) => ({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', managedFields } });
const entry = (manager: string, fieldsV1: ManagedFields['fieldsV1'], operation: ManagedFields['operation'] = 'Update'): ManagedFields => ({ manager, operation, apiVersion: 'apps/v1', time: '2026-01-01T00:00:00Z', fieldsType: 'FieldsV1', fieldsV1 });
const template = { 'f:template': { 'f:spec': {} } };

describe('adoptFields', () => {
  it('moves kubectl\'s fields to alloy, but for replicas and kubectl\'s own annotation', () => {
    const kubectl = entry('kubectl-client-side-apply', {
      'f:spec': { 'f:replicas': {}, ...template },
      'f:metadata': { 'f:annotations': { '.': {}, 'f:kubectl.kubernetes.io/last-applied-configuration': {} }, 'f:labels': { 'f:app': {} } },
    });
    const adopted = adoptFields(object(kubectl));
    expect(adopted).toEqual([
      { ...kubectl, manager: ALLOY_MANAGER, operation: 'Apply', fieldsV1: { 'f:spec': template, 'f:metadata': { 'f:annotations': { '.': {} }, 'f:labels': { 'f:app': {} } } } },
      { ...kubectl, fieldsV1: { 'f:spec': { 'f:replicas': {} } } },
    ]);
    expect(adoptFields(object(...adopted!))).toBeUndefined();
  });

  it('joins them to what alloy applied before, and leaves controllers, scales and fences alone', () => {
    const others = [entry('kube-controller-manager', { 'f:status': {} }), entry(FENCE_MANAGER, { 'f:metadata': {} }), { ...entry('kubectl-create', {}), subresource: 'scale' }];
    const own = entry(ALLOY_MANAGER, { 'f:metadata': { 'f:labels': {} } }, 'Apply');
    expect(adoptFields(object(...others, own, entry(CREATE_MANAGER, { 'f:spec': template })))).toEqual([{ ...own, fieldsV1: { 'f:metadata': { 'f:labels': {} }, 'f:spec': template } }, ...others]);
    expect(adoptFields(object(...others, own))).toBeUndefined();
    expect(adoptFields({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' } })).toBeUndefined();
  });

  it.each<[string, ManagedFields, boolean]>([
    ['kubectl apply', entry('kubectl-client-side-apply', { 'f:spec': template }), true],
    ['kubectl create', entry('kubectl-create', { 'f:spec': template }), true],
    ['Alloy\'s creation', entry(CREATE_MANAGER, { 'f:spec': template }), true],
    ['kubectl apply --server-side', entry('kubectl', { 'f:spec': template }, 'Apply'), true],
    ['kubectl edit', entry('kubectl-edit', { 'f:spec': template }), false],
    ['an update by kubectl', entry('kubectl', { 'f:spec': template }), false],
    ['another server-side apply', entry('argocd', { 'f:spec': template }, 'Apply'), false],
    ['a server-side apply under the name of kubectl create', entry('kubectl-create', { 'f:spec': template }, 'Apply'), false],
    ['a subresource', { ...entry('kubectl-create', { 'f:spec': template }), subresource: 'status' }, false],
    ['the number of pods alone', entry('kubectl-create', { 'f:spec': { 'f:replicas': {} } }), false],
    ['the number of pods and more', entry('kubectl-create', { 'f:spec': { 'f:replicas': {}, ...template } }), true],
    ['the number of pods and labels', entry('kubectl-create', { 'f:spec': { 'f:replicas': {} }, 'f:metadata': {} }), true],
    ['nothing', { ...entry('kubectl-create', {}), fieldsV1: undefined }, true],
  ])('moves the fields of %s, or not', (_, given, moves) => expect(adoptFields(object(given)) !== undefined).toBe(moves));

  it('keeps the version and the time of what Alloy applied before, else of what it takes', () => {
    const kubectl = { ...entry('kubectl-create', { 'f:spec': template }), apiVersion: 'extensions/v1beta1', time: '2020-01-01T00:00:00Z' };
    const own = { ...entry(ALLOY_MANAGER, { 'f:spec': { 'f:paused': {} } }, 'Apply'), time: '2026-02-02T00:00:00Z' };
    expect(adoptFields(object(kubectl))).toEqual([{ manager: ALLOY_MANAGER, operation: 'Apply', apiVersion: 'extensions/v1beta1', time: '2020-01-01T00:00:00Z', fieldsType: 'FieldsV1', fieldsV1: { 'f:spec': template } }]);
    expect(adoptFields(object(own, kubectl))).toEqual([{ ...own, fieldsV1: { 'f:spec': { 'f:paused': {}, ...template } } }]);
  });

  it.each([['another subresource', { ...entry(ALLOY_MANAGER, {}, 'Apply'), subresource: 'status' }], ['an update', entry(ALLOY_MANAGER, {})], ['another manager', entry('argocd', {}, 'Apply')]])('takes no entry for its own apply that is one of %s', (_, other) => {
    expect(adoptFields(object(other, entry('kubectl-create', { 'f:spec': template })))).toEqual([expect.objectContaining({ manager: ALLOY_MANAGER, operation: 'Apply', fieldsV1: { 'f:spec': template } }), other]);
  });
});
