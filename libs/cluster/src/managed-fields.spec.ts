import {
  adoptFields,
  ALLOY_MANAGER,
  CREATE_MANAGER,
  FENCE_MANAGER,
  SCALE_MANAGER,
  type Fields,
  type ManagedFields,
} from './managed-fields';

const object = (...managedFields: ManagedFields[]) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', managedFields },
});
const entry = (manager: string, fieldsV1: ManagedFields['fieldsV1'], operation: ManagedFields['operation'] = 'Update'): ManagedFields => ({
  manager,
  operation,
  apiVersion: 'apps/v1',
  time: '2026-01-01T00:00:00Z',
  fieldsType: 'FieldsV1',
  fieldsV1,
});
const template = { 'f:template': { 'f:spec': {} } };

describe('adoptFields', () => {
  it('moves the fields of kubectl to alloy, except replicas and the annotation of kubectl', () => {
    const kubectl = entry('kubectl-client-side-apply', {
      'f:spec': { 'f:replicas': {}, ...template },
      'f:metadata': { 'f:annotations': { '.': {}, 'f:kubectl.kubernetes.io/last-applied-configuration': {} }, 'f:labels': { 'f:app': {} } },
    });
    const adopted = adoptFields(object(kubectl));
    expect(adopted).toEqual([
      {
        ...kubectl,
        manager: ALLOY_MANAGER,
        operation: 'Apply',
        fieldsV1: { 'f:spec': template, 'f:metadata': { 'f:annotations': { '.': {} }, 'f:labels': { 'f:app': {} } } },
      },
      { ...kubectl, fieldsV1: { 'f:spec': { 'f:replicas': {} } } },
    ]);
    expect(adoptFields(object(...adopted!))).toBeUndefined();
  });

  it('merges them with the fields that alloy has applied, and keeps the entries of controllers, scalings and fences', () => {
    const others = [
      entry('kube-controller-manager', { 'f:status': {} }),
      entry(FENCE_MANAGER, { 'f:metadata': {} }),
      { ...entry('kubectl-create', {}), subresource: 'scale' },
    ];
    const own = entry(ALLOY_MANAGER, { 'f:metadata': { 'f:labels': {} } }, 'Apply');
    expect(adoptFields(object(...others, own, entry(CREATE_MANAGER, { 'f:spec': template })))).toEqual([
      { ...own, fieldsV1: { 'f:metadata': { 'f:labels': {} }, 'f:spec': template } },
      ...others,
    ]);
    expect(adoptFields(object(...others, own))).toBeUndefined();
    expect(adoptFields({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' } })).toBeUndefined();
  });

  it('takes the service account, which the API server restores without a manager, from an object with managers only', () => {
    const spec = { template: { spec: { serviceAccountName: 'web', serviceAccount: 'web' } } };
    const both = { 'f:serviceAccountName': {}, 'f:serviceAccount': {} };
    const scaled = { ...entry('kubectl', { 'f:spec': { 'f:replicas': {} } }), subresource: 'scale' };
    expect(adoptFields({ ...object(scaled), spec })).toEqual([
      expect.objectContaining({ manager: ALLOY_MANAGER, operation: 'Apply', fieldsV1: { 'f:spec': { 'f:template': { 'f:spec': both } } } }),
      scaled,
    ]);
    expect(adoptFields({ ...object(), spec })).toBeUndefined();
  });

  it.each<[string, ManagedFields, boolean]>([
    ['kubectl apply', entry('kubectl-client-side-apply', { 'f:spec': template }), true],
    ['kubectl create', entry('kubectl-create', { 'f:spec': template }), true],
    ["Alloy's creation", entry(CREATE_MANAGER, { 'f:spec': template }), true],
    ['kubectl apply --server-side', entry('kubectl', { 'f:spec': template }, 'Apply'), true],
    ['kubectl edit', entry('kubectl-edit', { 'f:spec': template }), true],
    ['an update by kubectl', entry('kubectl', { 'f:spec': template }), true],
    ['another server-side apply', entry('argocd', { 'f:spec': template }, 'Apply'), true],
    ['a server-side apply under the name of kubectl create', entry('kubectl-create', { 'f:spec': template }, 'Apply'), true],
    ['Helm', entry('helm', { 'f:spec': template }), true],
    ['any other client', entry('robot', { 'f:spec': template }), true],
    ['writers before the first apply', entry('before-first-apply', { 'f:spec': template }), true],
    ['a client that has only set labels', entry('argocd', { 'f:metadata': { 'f:labels': { 'f:team': {} } } }), false],
    ['a client that has only paused', entry('kubectl-rollout', { 'f:spec': { 'f:paused': {} } }), false],
    ["Alloy's fences", entry(FENCE_MANAGER, { 'f:spec': template }), false],
    ["Alloy's scalings", entry(SCALE_MANAGER, { 'f:spec': template }), false],
    ['the controller of Deployments', entry('kube-controller-manager', { 'f:metadata': {}, 'f:status': {} }), false],
    ['a subresource', { ...entry('kubectl-create', { 'f:spec': template }), subresource: 'status' }, false],
    ['a manager of only the number of pods', entry('kubectl-create', { 'f:spec': { 'f:replicas': {} } }), false],
    [
      'a manager of the number of pods and other fields of the spec',
      entry('kubectl-create', { 'f:spec': { 'f:replicas': {}, ...template } }),
      true,
    ],
    ['a manager of the number of pods and labels', entry('kubectl-create', { 'f:spec': { 'f:replicas': {} }, 'f:metadata': {} }), true],
    ['a manager of no fields', { ...entry('kubectl-create', {}), fieldsV1: undefined }, false],
  ])('decides whether to move the fields of a Deployment that belong to %s', (_, given, moves) =>
    expect(adoptFields(object(given)) !== undefined).toBe(moves));

  it('leaves labels, the number of pods and a pause to the client that has set them', () => {
    const left = { 'f:metadata': { 'f:labels': { 'f:team': {} } }, 'f:spec': { 'f:replicas': {}, 'f:paused': {} } };
    const helm = entry('helm', { ...left, 'f:spec': { ...left['f:spec'], ...template, 'f:minReadySeconds': {} } });
    expect(adoptFields(object(helm))).toEqual([
      { ...helm, manager: ALLOY_MANAGER, operation: 'Apply', fieldsV1: { 'f:spec': { ...template, 'f:minReadySeconds': {} } } },
      { ...helm, fieldsV1: left },
    ]);
  });

  it('takes over each list item as a whole of which another client owns a part', () => {
    const containers = (web: Fields): Fields => ({
      'f:spec': { 'f:template': { 'f:spec': { 'f:containers': { 'k:{"name":"web"}': web } } } },
    });
    const adopted = adoptFields(object(entry('kubectl-set', containers({ 'f:env': { 'k:{"name":"A"}': { 'f:value': {} } } }))));
    expect(adopted?.[0]?.fieldsV1).toEqual(containers({ '.': {}, 'f:env': { 'k:{"name":"A"}': { '.': {}, 'f:value': {} } } }));
  });

  const settings = (manager: string, fieldsV1: ManagedFields['fieldsV1']) =>
    ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', managedFields: [entry(manager, fieldsV1)] } });

  it.each<[string, boolean]>([
    ['kubectl-edit', true],
    ['kubectl-patch', true],
    ['helm', true],
    ['argocd-controller', true],
    ['kustomize-controller', true],
    ['before-first-apply', true],
    ['cert-manager-cainjector', false],
    ['kube-controller-manager', false],
  ])('moves the data of a ConfigMap that %s wrote only if that is a tool and no controller', (manager, moves) => {
    const metadata = { 'f:labels': { 'f:team': {} } };
    const adopted = adoptFields(settings(manager, { 'f:data': { 'f:OLD': {} }, 'f:metadata': metadata }));
    const written = entry(manager, { 'f:metadata': metadata });
    const moved = { ...written, manager: ALLOY_MANAGER, operation: 'Apply', fieldsV1: { 'f:data': { 'f:OLD': {} } } };
    expect(adopted).toEqual(moves ? [moved, written] : undefined);
  });

  it('leaves the status and the labels of an object to the tool that wrote them', () =>
    expect(adoptFields(settings('helm', { 'f:metadata': {}, 'f:status': {} }))).toBeUndefined());

  it('keeps the version and the time of the last apply of Alloy, or of the moved entry if there is none', () => {
    const kubectl = { ...entry('kubectl-create', { 'f:spec': template }), apiVersion: 'extensions/v1beta1', time: '2020-01-01T00:00:00Z' };
    const own = { ...entry(ALLOY_MANAGER, { 'f:spec': { 'f:paused': {} } }, 'Apply'), time: '2026-02-02T00:00:00Z' };
    expect(adoptFields(object(kubectl))).toEqual([
      {
        manager: ALLOY_MANAGER,
        operation: 'Apply',
        apiVersion: 'extensions/v1beta1',
        time: '2020-01-01T00:00:00Z',
        fieldsType: 'FieldsV1',
        fieldsV1: { 'f:spec': template },
      },
    ]);
    expect(adoptFields(object(own, kubectl))).toEqual([{ ...own, fieldsV1: { 'f:spec': { 'f:paused': {}, ...template } } }]);
  });

  it.each([
    ['another subresource', { ...entry(ALLOY_MANAGER, {}, 'Apply'), subresource: 'status' }],
    ['an update', entry(ALLOY_MANAGER, {})],
    ['another manager', entry('argocd', {}, 'Apply')],
  ])('does not merge the fields into an entry of %s', (_, other) => {
    expect(adoptFields(object(other, entry('kubectl-create', { 'f:spec': template })))).toEqual([
      expect.objectContaining({ manager: ALLOY_MANAGER, operation: 'Apply', fieldsV1: { 'f:spec': template } }),
      other,
    ]);
  });
});
