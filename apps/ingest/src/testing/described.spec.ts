import { checkDescribed } from './described';

const url = 'http://127.0.0.1/api/v1/releases/R1/abort';
const check =
  (status: number, json: unknown, type = 'application/json') =>
  () =>
    checkDescribed('POST', url, { status, type, json, text: JSON.stringify(json) });
const problem = { type: 'urn:x', title: 'X', status: 409, code: 'x', detail: 'x' };

it('accepts a described response', () => {
  expect(check(202, { id: 'R1', status: 'releasing' })).not.toThrow();
  expect(
    check(409, { ...problem, errors: [{ code: 'x', detail: 'x', pointer: '' }] }, 'application/problem+json; charset=utf-8'),
  ).not.toThrow();
});

it.each([
  ['an additional field', 202, { id: 'R1', status: 'releasing', why: 'x' }],
  ['a field less', 202, { id: 'R1' }],
  ['another type', 202, { id: 1, status: 'releasing' }],
  ['no known status', 202, { id: 'R1', status: 'x' }],
  ['another status', 200, { id: 'R1', status: 'releasing' }],
])('refuses a response with %s', (_what, status, json) => expect(check(status, json)).toThrow(/described/));

it('refuses an undescribed status, and an undescribed method unless it gets 405', () => {
  const refused = { ...problem, status: 402 };
  expect(check(402, refused, 'application/problem+json')).toThrow('this status is not described');
  const put = (status: number) => () =>
    checkDescribed('PUT', url, { status, type: 'application/problem+json', json: problem, text: JSON.stringify(problem) });
  expect(put(404)).toThrow('this method is not described');
  expect(put(405)).not.toThrow();
});

it('refuses a problem with additional fields, and another content type', () => {
  expect(check(409, { ...problem, value: 'x' }, 'application/problem+json')).toThrow(/described/);
  expect(check(202, { id: 'R1', status: 'releasing' }, 'text/plain')).toThrow(/described/);
});
