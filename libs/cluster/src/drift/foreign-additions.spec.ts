import type { Deployment } from '../json';
import type { Fields, ManagedFields } from '../managed-fields';
import { deployment } from '../testing/fixtures';
import { foreignAdditions } from './foreign-additions';

const inTemplate = (template: Fields): Fields => ({ 'f:spec': { 'f:template': template } });
const containers = (fields: Fields): Fields => inTemplate({ 'f:spec': { 'f:containers': { 'k:{"name":"web"}': fields } } });
const added = containers({ 'f:env': { 'k:{"name":"ADDED"}': { '.': {}, 'f:name': {}, 'f:value': {} } } });
const entry = (manager: string, minute: number, fieldsV1: Fields): ManagedFields => ({
  manager, operation: 'Update', apiVersion: 'apps/v1', time: `2026-01-01T00:0${minute}:00Z`, fieldsV1,
});
const web = deployment('shop:v1', 3);
const changedBy = (...managedFields: readonly ManagedFields[]): Deployment => ({ ...web, metadata: { ...web.metadata, managedFields } });
const additions = (...entries: readonly ManagedFields[]) => foreignAdditions(changedBy(...entries), web.spec.template);
const ENV = 'spec.template.spec.containers[web].env[ADDED]';

describe('foreignAdditions', () => {
  it('names the fields that another client has added since Alloy last wrote', () =>
    expect(additions(entry('alloy', 1, {}), entry('kubectl-set', 2, added))).toEqual([`${ENV}.name`, `${ENV}.value`]));

  it('names those that were added in the same second as Alloy last wrote, because Alloy does not own them', () => {
    expect(additions(entry('alloy', 1, {}), entry('kubectl-set', 1, added))).toEqual([`${ENV}.name`, `${ENV}.value`]);
    expect(additions(entry('alloy', 1, added), entry('helm', 1, added))).toEqual([]);
  });

  it('names those of any time in a Deployment that Alloy has never written', () =>
    expect(additions(entry('kubectl-set', 2, added))).toHaveLength(2));

  it.each<[string, readonly ManagedFields[]]>([
    ['that were there before Alloy last wrote', [entry('alloy', 3, {}), entry('helm', 2, added)]],
    ['that the sealed template has', [entry('alloy', 1, {}), entry('kubectl-set', 2, containers({ 'f:image': {} }))]],
    ['outside of the template', [entry('alloy', 1, {}), entry('kube-controller-manager', 2, { 'f:spec': { 'f:replicas': {} } })]],
    ['of a restart', [
      entry('alloy', 1, {}),
      entry('kubectl-rollout', 2, inTemplate({ 'f:metadata': { 'f:annotations': { 'f:kubectl.kubernetes.io/restartedAt': {} } } })),
    ]],
    ['of Alloy itself', [entry('alloy', 1, {}), entry('alloy-fence', 2, added)]],
  ])('does not name fields %s', (_, entries) => expect(additions(...entries)).toEqual([]));
});
