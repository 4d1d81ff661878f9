import { Counts } from './counts';

const response = (status: number, version?: string, body = '') => ({ status, version, headers: {}, body });
const at = new Date('2026-11-30T10:00:00.250Z');

it('counts responses by the version of the container that sent them, and failures with their time and cause', () => {
  const counts = new Counts(new Date('2026-11-30T10:00:00.000Z'));
  for (const version of ['v1', 'v2', 'v1']) counts.answered(at, response(200, version));
  counts.answered(at, response(500, 'v2', 'internal server error\n'));
  counts.answered(at, response(200));
  counts.unanswered(at, Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }));
  counts.unanswered(at, new Error('no response within 10 s'));
  const time = '2026-11-30T10:00:00.250Z';
  expect(counts.report()).toEqual({
    requests: 7,
    byVersion: { v1: 2, v2: 1 },
    failed: [
      { at: time, afterMs: 250, cause: 'status 500: internal server error', version: 'v2' },
      { at: time, afterMs: 250, cause: 'status 200: ' },
      { at: time, afterMs: 250, cause: 'ECONNRESET' },
      { at: time, afterMs: 250, cause: 'no response within 10 s' },
    ],
    line: '4 failed of 7 requests',
  });
});
