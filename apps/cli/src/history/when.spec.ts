import { momentOf, timeOf } from './when';

const now = Date.UTC(2026, 0, 31, 12);

it.each([
  ['90s', '2026-01-31T11:58:30.000Z'],
  ['10m', '2026-01-31T11:50:00.000Z'],
  ['2h', '2026-01-31T10:00:00.000Z'],
  ['3d', '2026-01-28T12:00:00.000Z'],
  ['2026-01-31', '2026-01-31T00:00:00.000Z'],
  ['2026-01-31T08:00', '2026-01-31T08:00:00.000Z'],
  ['2026-01-31T08:00:00.5+02:00', '2026-01-31T06:00:00.500Z'],
])('%s is %s', (text, iso) => expect(timeOf(text, now, '--since')).toBe(iso));

it.each(['yesterday', '', '10', '5 m', '2026-13-01', '2026-01-31 08:00', '1e3s'])('%j is refused as a time', (text) => {
  expect(() => timeOf(text, now, '--since')).toThrow(expect.objectContaining({ code: 'bad_time', exitCode: 2 }));
});

it('momentOf reads a version or a time', () => {
  expect(momentOf('12', now, '--at')).toEqual({ version: 12 });
  expect(momentOf('v12', now, '--at')).toEqual({ version: 12 });
  expect(momentOf('1h', now, '--at')).toEqual({ time: now - 3_600_000 });
  expect(() => momentOf('v', now, '--at')).toThrow('--at, unless it is a version such as v18, must be a time such as');
});
