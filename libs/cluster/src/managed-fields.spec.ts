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
});
