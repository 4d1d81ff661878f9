import { retryAfterMs } from './retry-after';

const now = Date.parse('2026-01-01T00:00:00Z');

it.each([
  ['seconds', '7', 7_000],
  ['fractions of seconds', '0.5', 500],
  ['a number', 7, 7_000],
  ['a date', 'Thu, 01 Jan 2026 00:00:30 GMT', 30_000],
  ['a past date', 'Wed, 31 Dec 2025 00:00:00 GMT', 0],
  ['a day, limited to an hour', '86400', 3_600_000],
  ['nonsense', 'soon', undefined],
  ['a negative number', '-5', undefined],
  ['an empty text', '', undefined],
  ['nothing', undefined, undefined],
  ['a missing header of fetch', null, undefined],
])('reads %s', (_, header, ms) => expect(retryAfterMs(header, now, 3_600_000)).toBe(ms));

it('has no limit unless there is one', () => expect(retryAfterMs('86400', now)).toBe(86_400_000));
