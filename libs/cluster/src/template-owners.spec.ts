import { RELEASE_LABEL } from '@alloy/contracts';
import type { Deployment } from './json';
import { ALLOY_MANAGER, CREATE_MANAGER, FENCE_MANAGER, type Fields, type ManagedFields } from './managed-fields';
import { foreignTemplateManagers, isTemplateForeign } from './template-owners';
import { deployment } from './testing/fixtures';

const container = (fields: Fields): Fields => ({
  'f:spec': { 'f:template': { 'f:spec': { 'f:containers': { 'k:{"name":"web"}': { '.': {}, ...fields } } } } },
});
const entry = (manager: string, fieldsV1: Fields, over: Partial<ManagedFields> = {}): ManagedFields => ({
  manager,
  operation: 'Update',
  apiVersion: 'apps/v1',
  fieldsV1,
  ...over,
});
const live = (...managedFields: ManagedFields[]): Deployment => {
  const web = deployment('shop:v1', 3);
  return { ...web, metadata: { ...web.metadata, managedFields } };
};
const alloy = entry(ALLOY_MANAGER, container({ 'f:image': {}, 'f:env': { 'k:{"name":"A"}': { 'f:value': {} } } }), { operation: 'Apply' });

describe('foreignTemplateManagers', () => {
  it.each<[string, ManagedFields, readonly string[]]>([
    ['who has added a variable', entry('kubectl-set', container({ 'f:env': { 'k:{"name":"B"}': { 'f:value': {} } } })), ['kubectl-set']],
    ['who has taken over a field', entry('argocd-controller', container({ 'f:command': {} })), ['argocd-controller']],
    ['who has applied the same fields', entry('argocd-controller', container({ 'f:image': {} })), []],
    ['who has scaled', entry('kubectl', { 'f:spec': { 'f:replicas': {} } }), []],
    ['who has written labels of the Deployment', entry('helm', { 'f:metadata': { 'f:labels': { 'f:team': {} } } }), []],
    ['of a subresource', entry('x', container({ 'f:command': {} }), { subresource: 'status' }), []],
    ['of no fields', { ...entry('x', {}), fieldsV1: undefined }, []],
    ['that is Alloy', entry(CREATE_MANAGER, container({ 'f:command': {} })), []],
    ['that writes fences', entry(FENCE_MANAGER, { 'f:metadata': { 'f:annotations': {} } }), []],
  ])('names or omits a manager %s', (_what, written, managers) => expect(foreignTemplateManagers(live(alloy, written))).toEqual(managers));

  it('names each manager once', () => {
    const written = entry('helm', container({ 'f:command': {} }));
    expect(foreignTemplateManagers(live(written, { ...written, operation: 'Apply' }))).toEqual(['helm']);
  });
});

describe('isTemplateForeign', () => {
  const released = (object: Deployment): Deployment => {
    const { template } = object.spec;
    return { ...object, spec: { ...object.spec, template: { ...template, metadata: { labels: { [RELEASE_LABEL]: 'R1' } } } } };
  };
  it.each<[string, Deployment, boolean]>([
    ['without a release', live(), true],
    ['of a release', released(live(alloy)), false],
    ['of a release, with a field of another manager', released(live(alloy, entry('helm', container({ 'f:command': {} })))), true],
  ])('decides about a template %s', (_what, object, isForeign) => expect(isTemplateForeign(object)).toBe(isForeign));
});
