import { exitCodes } from '../exit-codes';
import { isEnd, outcomeOf } from './outcome';

const pause = (earliestOpen: string | null) =>
  ({ code: 'pause', waitsFor: 'a user', since: '2026-01-01T00:00:00.000Z', earliestOpen, text: 'a pause' }) as const;
const onHold = { ...pause(null), code: 'onHold' } as const;

describe('the exit code of a wait', () => {
  it.each([
    ['a paused release', { status: 'paused' }, exitCodes.waits],
    ['a held release', { status: 'held' }, exitCodes.waits],
    ['a pause that only a user ends', { status: 'releasing', waiting: pause(null) }, exitCodes.waits],
    ['a release on hold', { status: 'queued', waiting: onHold }, exitCodes.waits],
    ['a release on hold that a pending request aborts', { status: 'queued', waiting: onHold, unanswered: ['abort'] }, undefined],
    ['a pause that ends by itself', { status: 'releasing', waiting: pause('2026-01-01T00:01:00.000Z') }, undefined],
    ['a pause that a pending request ends', { status: 'releasing', waiting: pause(null), unanswered: ['promote'] }, undefined],
    ['a held release that a pending request resumes', { status: 'held', unanswered: ['resume'] }, undefined],
  ] as const)('for %s', (_what, release, code) => expect(outcomeOf(release)).toBe(code));

  it.each(['paused', 'held', 'releasing'] as const)('is not that of an end while the release is %s', (status) => {
    expect(isEnd(status)).toBe(false);
  });
});
