import { bothOf } from './matches';

const path = { path: { type: 'PathPrefix', value: '/cart' } };
const beta = { header: { name: 'x-beta', exact: 'yes' } };
const cookieOf = (match: object): RegExp => {
  const both = bothOf({}, { cookie: { name: 'group', ...match } }, 'HTTPRoute');
  const { name, type, value } = both!.headers![0]!;
  expect([name, type]).toEqual(['Cookie', 'RegularExpression']);
  return new RegExp(value);
};

describe('the conditions of a rule and of a route of the canary together', () => {
  it('have those of the rule and one for each of the match', () => {
    const match = { header: { name: 'x-v', regex: 'b|c' }, queryParam: { name: 'q', exact: '1' }, method: 'POST' } as const;
    expect(bothOf({ ...path, headers: [{ name: 'x-a', value: 'a' }] }, match, 'HTTPRoute')).toEqual({
      ...path,
      headers: [{ name: 'x-a', value: 'a' }, { type: 'RegularExpression', name: 'x-v', value: '^(?:b|c)$' }],
      queryParams: [{ type: 'Exact', name: 'q', value: '1' }],
      method: 'POST',
    });
  });

  it.each([
    ['another value of the same header', { headers: [{ name: 'X-Beta', value: 'no' }] }, beta],
    ['another method', { method: 'GET' }, { method: 'POST' } as const],
    ['another value of the same parameter', { queryParams: [{ name: 'q', value: '2' }] }, { queryParam: { name: 'q', exact: '1' } }],
  ])('hold for no request if they want %s', (_case, own, match) => expect(bothOf(own, match, 'HTTPRoute')).toBeNull());

  it('are those of the rule if it has the same one', () => {
    const own = { headers: [{ name: 'X-BETA', value: 'yes' }], method: 'GET' };
    expect(bothOf(own, { ...beta, method: 'GET' }, 'HTTPRoute')).toEqual(own);
  });

  it.each([
    ['two conditions on a header', { headers: [{ type: 'RegularExpression', name: 'x-beta', value: '.*' } as const] }, beta, 'HTTPRoute'],
    ['two conditions on the cookies', { headers: [{ name: 'cookie', value: 'a=b' }] }, { cookie: { name: 'a', exact: 'b' } }, 'HTTPRoute'],
    ['the query of a GRPCRoute', {}, { queryParam: { name: 'q', exact: '1' } }, 'GRPCRoute'],
    ['the HTTP method of a GRPCRoute', {}, { method: 'POST' } as const, 'GRPCRoute'],
  ])('cannot be said for %s', (_case, own, match, kind) => expect(bothOf(own, match, kind)).toBeUndefined());

  it.each([
    ['group=b', true],
    ['a=1; group=b', true],
    ['a=1;group=b ; c=2', true],
    ['group=bb', false],
    ['xgroup=b', false],
    ['a=group=b', false],
  ])('find one cookie among those of %j: %s', (header, found) => expect(cookieOf({ exact: 'b' }).test(header)).toBe(found));

  it('take the value of a cookie literally, or as a regular expression', () => {
    expect(cookieOf({ exact: 'v1.2' }).test('group=v1x2')).toBe(false);
    expect(cookieOf({ regex: 'v1.2|v3' }).test('a=b; group=v3; c=d')).toBe(true);
  });
});
