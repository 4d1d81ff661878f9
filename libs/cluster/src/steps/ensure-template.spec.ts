import type { Deployment } from '../json';
import { ALLOY_MANAGER, CREATE_MANAGER, union, type Fields, type ManagedFields } from '../managed-fields';
import { revisionOf } from '../revision';
import { bundleOf, deployment, nameHash } from '../testing/fixtures';
import { running } from '../testing/inspection';
import { ensureTemplate } from './ensure';

const owner = { project: 'shop', environment: 'production', releaseId: 'R2', fence: { installation: 'alloy', slot: 2, version: 7 } };
const revision = revisionOf({ bundle: bundleOf('v2'), release: 'R2', namespace: 'shop', owner, nameHash });
const template = (spec: Fields): Fields => ({ 'f:spec': { 'f:template': { 'f:spec': spec } } });
const container = (fields: Fields): Fields => template({ 'f:containers': { 'k:{"name":"web"}': { '.': {}, ...fields } } });
const image = container({ 'f:image': {} });
const imageAndCommand = container({ 'f:image': {}, 'f:command': {} });
const added = container({ 'f:env': { 'k:{"name":"ADDED"}': { '.': {}, 'f:name': {}, 'f:value': {} } } });
const entry = (manager: string, operation: ManagedFields['operation'], fieldsV1 = {}): ManagedFields => ({
  manager,
  operation,
  apiVersion: 'apps/v1',
  fieldsV1,
});
const web = (...managedFields: ManagedFields[]): Deployment => {
  const { metadata, ...rest } = deployment('shop:v2', 3);
  return { ...rest, metadata: { ...metadata, resourceVersion: '7', managedFields } };
};
const written = (...managedFields: ManagedFields[]): unknown => {
  const next = ensureTemplate(running(web(...managedFields)), revision);
  return next?.kind === 'write' && next.write;
};
const application = { verb: 'apply', object: { ...revision.rolling, metadata: { ...revision.rolling.metadata, resourceVersion: '7' } } };

describe('ensureTemplate', () => {
  it('restores a field of the manifest that another client has changed by an apply', () => {
    expect(written(entry(ALLOY_MANAGER, 'Apply'), entry('kubectl-set', 'Update', image))).toEqual(application);
    expect(written(entry(CREATE_MANAGER, 'Update'), entry('kubectl-set', 'Update', image))).toEqual(application);
  });

  it('takes over a field that another client has added, and then removes it by an apply', () => {
    const whole = union(image, container({ 'f:env': { 'k:{"name":"KEY"}': { '.': {}, 'f:name': {} } } }));
    const own = entry(ALLOY_MANAGER, 'Apply', whole);
    expect(written(own, entry('kubectl-set', 'Update', added))).toEqual({
      verb: 'adoptFields',
      ref: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', namespace: 'shop' },
      resourceVersion: '7',
      managedFields: [expect.objectContaining({ manager: ALLOY_MANAGER, operation: 'Apply', fieldsV1: union(whole, added) })],
    });
    expect(written(entry(ALLOY_MANAGER, 'Apply', union(whole, added)))).toEqual(application);
    expect(written(entry(ALLOY_MANAGER, 'Apply', imageAndCommand))).toEqual(application);
  });

  it.each<[string, Deployment | null]>([
    ['if no Deployment exists', null],
    ['if only Alloy has written to the template', web(entry(ALLOY_MANAGER, 'Apply', image))],
    ['if another client has applied the same', web(entry(ALLOY_MANAGER, 'Apply', image), entry('argocd-controller', 'Apply', image))],
    ['if another client has scaled', web(entry('kubectl', 'Update', { 'f:spec': { 'f:replicas': {} } }))],
    ['if the creation by Alloy has set defaults', web(entry(CREATE_MANAGER, 'Update', imageAndCommand))],
  ])('writes nothing %s', (_what, live) => expect(ensureTemplate(live && running(live), revision)).toBeUndefined());
});
