import { withBothNameFields, withBothNames } from './service-account';

describe('withBothNames', () => {
  it.each([
    [{ serviceAccountName: 'web' }, { serviceAccountName: 'web', serviceAccount: 'web' }],
    [{ serviceAccount: 'web' }, { serviceAccountName: 'web', serviceAccount: 'web' }],
    [{ serviceAccountName: 'web', serviceAccount: 'old' }, { serviceAccountName: 'web', serviceAccount: 'web' }],
    [{ serviceAccountName: '', serviceAccount: 'web' }, { serviceAccountName: 'web', serviceAccount: 'web' }],
    [{}, {}],
  ])('of %j returns %j', (given, expected) =>
    expect(withBothNames({ spec: { containers: [], ...given } })).toEqual({ spec: { containers: [], ...expected } }));
});

describe('withBothNameFields', () => {
  const fields = (spec: object) => ({
    'f:spec': { 'f:replicas': {}, 'f:template': { 'f:metadata': {}, 'f:spec': { 'f:volumes': {}, ...spec } } },
  });
  const both = { 'f:serviceAccountName': {}, 'f:serviceAccount': {} };
  const live = (spec: object) => ({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec: { template: { spec } } });
  const named = live({ serviceAccountName: 'web', serviceAccount: 'web' });
  it.each([
    ['only serviceAccountName', { 'f:serviceAccountName': {} }],
    ['only serviceAccount', { 'f:serviceAccount': {} }],
    ['neither, because the API server restored both', {}],
  ])('adds both names to fields with %s', (_what, spec) => expect(withBothNameFields(fields(spec), named)).toEqual(fields(both)));

  it('adds them to fields without a template', () =>
    expect(withBothNameFields({ 'f:data': {} }, named)).toEqual({ 'f:data': {}, 'f:spec': { 'f:template': { 'f:spec': both } } }));

  it.each([
    ['with both', fields(both), named],
    ['of a template without a service account', fields({}), live({})],
    ['of an object without a template', { 'f:data': {} }, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'web' } }],
  ])('returns the same fields %s', (_what, given, object) => expect(withBothNameFields(given, object)).toBe(given));
});
