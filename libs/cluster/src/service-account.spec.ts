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
  it.each([
    ['f:serviceAccountName', { 'f:serviceAccountName': {} }],
    ['f:serviceAccount', { 'f:serviceAccount': {} }],
  ])('adds the other one to %s', (_name, spec) => expect(withBothNameFields(fields(spec))).toEqual(fields(both)));

  it.each([
    ['both', fields(both)],
    ['none', fields({})],
    ['an object without a template', { 'f:data': {} }],
  ])('returns the same fields of %s', (_what, given) => expect(withBothNameFields(given)).toBe(given));
});
