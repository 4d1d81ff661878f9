import type { RouteMatch, RouteRule } from '../kinds';
import { plainRequest, ruleFor, type AskedRequest } from './match-rule';

const rule = (name: string, ...matches: readonly RouteMatch[]): RouteRule => ({ matches, backendRefs: [{ name }] });
const pick = (rules: readonly RouteRule[], asked: Partial<AskedRequest> = {}): string | undefined =>
  ruleFor(rules, { ...plainRequest, ...asked })?.backendRefs?.[0]!.name;
const header = { headers: [{ name: 'X-Beta', value: 'yes' }] };

describe('the rule of a request', () => {
  it.each<[string, readonly RouteRule[], Partial<AskedRequest>, string | undefined]>([
    ['an exact path before a prefix', [
      rule('prefix', { path: { value: '/a' } }), rule('exact', { path: { type: 'Exact', value: '/a' } }),
    ], { path: '/a' }, 'exact'],
    ['the longest prefix of whole parts', [
      rule('all'), rule('a', { path: { value: '/a' } }), rule('ab', { path: { value: '/a/b' } }),
    ], { path: '/a/bc' }, 'a'],
    ['a header before none', [rule('all'), rule('beta', header)], { headers: { 'x-beta': 'yes' } }, 'beta'],
    ['no header that has another value', [rule('all'), rule('beta', header)], { headers: { 'x-beta': 'no' } }, 'all'],
    ['a header by a regular expression of the whole value', [
      rule('all'), rule('b', { headers: [{ type: 'RegularExpression', name: 'x', value: 'b|c' }] }),
    ], { headers: { x: 'bc' } }, 'all'],
    ['a method before a header', [rule('beta', header), rule('get', { method: 'GET' })], { headers: { 'x-beta': 'yes' } }, 'get'],
    ['a parameter of the query', [rule('all'), rule('q', { queryParams: [{ name: 'v', value: '2' }] })], {
      query: new URLSearchParams('v=2'),
    }, 'q'],
    ['the first of two that match as much', [rule('one', header), rule('two', { headers: [{ name: 'y', value: '1' }] })], {
      headers: { 'x-beta': 'yes', y: '1' },
    }, 'one'],
    ['none if none matches', [rule('beta', header)], {}, undefined],
  ])('is %s', (_case, rules, asked, name) => expect(pick(rules, asked)).toBe(name));
});
