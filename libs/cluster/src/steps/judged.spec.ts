import type { Deployment } from '../json';
import { ALLOY_MANAGER, type ManagedFields } from '../managed-fields';
import { revisionOf } from '../revision';
import { bundleOf, deployment, nameHash } from '../testing/fixtures';
import { running } from '../testing/inspection';
import { ensureJudged } from './ensure';

const owner = { project: 'shop', environment: 'production', releaseId: 'R2', fence: { installation: 'alloy', slot: 2, version: 7 } };
const revision = revisionOf({ bundle: bundleOf('v2'), release: 'R2', namespace: 'shop', owner, nameHash });
const image = { 'f:spec': { 'f:template': { 'f:spec': { 'f:containers': { 'k:{"name":"web"}': { '.': {}, 'f:image': {} } } } } } };
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

describe('ensureJudged', () => {
  it('takes over the fields of another client that has written to the template, and would then apply it again', () => {
    const argocd = entry('argocd-controller', 'Update', image);
    expect(ensureJudged(running(web(entry(ALLOY_MANAGER, 'Apply'), argocd)), revision)).toEqual({
      kind: 'write',
      write: {
        verb: 'adoptFields',
        ref: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', namespace: 'shop' },
        resourceVersion: '7',
        managedFields: [expect.objectContaining({ manager: ALLOY_MANAGER, fieldsV1: image })],
      },
    });
  });

  it.each<[string, Deployment | null]>([
    ['if no Deployment exists', null],
    ['if only Alloy has written to the template', web(entry(ALLOY_MANAGER, 'Apply', image))],
    ['if another client has applied the same', web(entry(ALLOY_MANAGER, 'Apply', image), entry('argocd-controller', 'Apply', image))],
    ['if another client has scaled', web(entry('kubectl', 'Update', { 'f:spec': { 'f:replicas': {} } }))],
  ])('writes nothing %s', (_what, live) => expect(ensureJudged(live && running(live), revision)).toBeUndefined());
});
