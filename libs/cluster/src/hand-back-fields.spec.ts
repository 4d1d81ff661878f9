import { handedBackFields } from './hand-back-fields';
import { ALLOY_MANAGER, CREATE_MANAGER, FENCE_MANAGER, SCALE_MANAGER, type Fields, type ManagedFields } from './managed-fields';

const object = (...managedFields: ManagedFields[]) => ({
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', managedFields },
});
const entry = (manager: string, fieldsV1: Fields, operation: ManagedFields['operation'] = 'Update'): ManagedFields => ({
  manager, operation, apiVersion: 'apps/v1', time: '2026-01-01T00:00:00Z', fieldsType: 'FieldsV1', fieldsV1,
});
const own = { 'f:alloy.dev/project': {} };

describe('the managed fields of an object that is handed back', () => {
  it('belong to kubectl as if a user had applied the manifest, without what Alloy added', () => {
    const applied = entry(ALLOY_MANAGER, {
      'f:metadata': { 'f:labels': { 'f:app': {}, ...own }, 'f:annotations': { 'f:alloy.dev/fence': {} } },
      'f:spec': { 'f:template': { 'f:metadata': { 'f:labels': { 'f:app': {}, ...own, 'f:alloy.dev/release': {} } }, 'f:spec': {} } },
    }, 'Apply');
    expect(handedBackFields(object(applied))).toEqual([
      {
        ...applied,
        manager: 'kubectl',
        fieldsV1: {
          'f:metadata': { 'f:labels': { 'f:app': {} } },
          'f:spec': { 'f:template': { 'f:metadata': { 'f:labels': { 'f:app': {} } }, 'f:spec': {} } },
        },
      },
    ]);
  });

  it('include what Alloy created, but not the number of pods, which an apply without replicas would reset', () => {
    const created = entry(CREATE_MANAGER, { 'f:spec': { 'f:replicas': {}, 'f:selector': {} } });
    expect(handedBackFields(object(created))).toEqual([
      { ...created, manager: 'kubectl', operation: 'Apply', fieldsV1: { 'f:spec': { 'f:selector': {} } } },
    ]);
  });

  it('are merged with those that a user has applied, and those of all other managers stay', () => {
    const user = entry('kubectl', { 'f:spec': { 'f:paused': {} } }, 'Apply');
    const controller = entry('kube-controller-manager', { 'f:status': {} });
    const applied = entry(ALLOY_MANAGER, { 'f:spec': { 'f:selector': {} } }, 'Apply');
    expect(handedBackFields(object(applied, controller, user))).toEqual([
      { ...user, fieldsV1: { 'f:spec': { 'f:paused': {}, 'f:selector': {} } } }, controller,
    ]);
  });

  it('have no entries of fences and scalings, and no empty entry, which would own the whole object', () => {
    const fence = entry(FENCE_MANAGER, { 'f:metadata': { 'f:annotations': { 'f:alloy.dev/fence': {} } } });
    const scale = { ...entry(SCALE_MANAGER, { 'f:spec': { 'f:replicas': {} } }), subresource: 'scale' };
    const bare = entry(ALLOY_MANAGER, { 'f:metadata': { 'f:labels': own } }, 'Apply');
    const other = entry('helm', { 'f:data': {} });
    expect(handedBackFields(object(fence, scale, bare, other))).toEqual([other]);
  });
});
