import { RELEASE_LABEL } from '@alloy/contracts';
import type { Deployment } from './json';
import { ALLOY_MANAGER, CREATE_MANAGER, FENCE_MANAGER, type Fields, type ManagedFields } from './managed-fields';
import { foreignTemplateManagers, hasSurplus, isTemplateContested, isTemplateForeign } from './template-owners';
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

describe('isTemplateContested and hasSurplus', () => {
  const manifest = {
    spec: { containers: [{
      name: 'web', image: 'shop:v1', ports: [{ containerPort: 80 }], args: ['a'], env: [{ name: 'A', value: '1' }], resources: undefined,
    }] },
  };
  const applied = (fields: Fields): ManagedFields => entry(ALLOY_MANAGER, container(fields), { operation: 'Apply' });
  const port = { 'f:ports': { 'k:{"containerPort":80,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {} } } };

  it.each<[string, readonly ManagedFields[], boolean]>([
    ['a changed image', [applied({}), entry('x', container({ 'f:image': {} }))], true],
    ['a changed variable', [applied({ 'f:image': {} }), entry('x', container({ 'f:env': { 'k:{"name":"A"}': { 'f:value': {} } } }))], true],
    ['an added variable', [applied({ 'f:env': {} }), entry('x', container({ 'f:env': { 'k:{"name":"B"}': { 'f:value': {} } } }))], false],
    ['the same port', [applied(port), entry('x', container(port))], false],
    ['a field that the manifest does not have', [applied({}), entry('x', container({ 'f:command': {} }))], false],
    ['a status', [applied({}), entry('x', container({ 'f:image': {} }), { subresource: 'status' })], false],
  ])('finds that another manager has taken over a field of the manifest: %s', (_what, entries, isContested) =>
    expect(isTemplateContested(live(...entries), manifest as never)).toBe(isContested));

  it.each<[string, ManagedFields, boolean]>([
    ['nothing', applied({ 'f:image': {}, 'f:args': {}, ...port, 'f:env': { 'k:{"name":"A"}': { '.': {}, 'f:value': {} } } }), false],
    ['an item of a set', applied({ 'f:args': { 'v:"a"': {} } }), false],
    ['another item of a set', applied({ 'f:args': { 'v:"b"': {} } }), true],
    ['a variable', applied({ 'f:env': { 'k:{"name":"B"}': { '.': {} } } }), true],
    ['a field without a value', applied({ 'f:resources': {} }), true],
    ['a key of an object that is a list here', applied({ 'f:image': { 'k:{"name":"B"}': {} } }), true],
    ['a field of the creation by Alloy, which no apply removes', entry(CREATE_MANAGER, container({ 'f:command': {} })), false],
  ])('finds what Alloy owns and the manifest does not have: %s', (_what, own, isSurplus) =>
    expect(hasSurplus(live(own), manifest as never)).toBe(isSurplus));
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
