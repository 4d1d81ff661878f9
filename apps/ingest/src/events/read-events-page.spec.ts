import fc from 'fast-check';
import { emptyLog, appendReasons } from '../testing/some-events';
import { cursorOf, seqOf } from './event-cursor';
import { eventQuery } from './event-query';
import { readEventsPage } from './read-events-page';

describe('a page of events', () => {
  it('and its successors contain each event once, in order, for any filter and limit', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('shop', 'theirs', 'ours'), { maxLength: 60 }),
        fc.subarray(['shop', 'theirs', 'ours'], { minLength: 1 }),
        fc.integer({ min: 1, max: 9 }),
        async (log, projects, limit) => {
          const store = emptyLog();
          for (const [n, project] of log.entries()) await appendReasons(store, project, String(n));
          const got: unknown[] = [];
          for (let after = 0, more = true; more;) {
            const page = await readEventsPage(store, { filter: { projects }, after, limit });
            expect(page.events.length).toBeLessThanOrEqual(limit);
            got.push(...page.events.map(({ data }) => (data as { reason: string }).reason));
            [after, more] = [page.next, page.more];
          }
          expect(got).toEqual([...log.entries()].filter(([, project]) => projects.includes(project)).map(([n]) => String(n)));
        },
      ),
      { numRuns: 50 },
    );
  });

  it('that is the last one ends after all existing events', async () => {
    const store = emptyLog();
    await appendReasons(store, 'theirs', 'a', 'b', 'c');
    expect(await readEventsPage(store, { filter: { projects: ['shop'] }, after: 0, limit: 10 })).toEqual({
      events: [],
      next: 3,
      more: false,
    });
  });
});

it.each(['', 'seq:', 'seq:-1', 'seq:01', 'seq:1e3', 'seq:1 ', '1'])('reads no position from %j', (text) =>
  expect(seqOf(text)).toBeUndefined(),
);
it.each(['', 'seq:1', 'c2VxOi0x', 'c2VxOjE=', `${cursorOf(1)}.`])('refuses the cursor %j', (after) =>
  expect(eventQuery.safeParse({ after }).success).toBe(false),
);
it('reads a cursor as it was written', () =>
  expect([0, 1, 123_456_789_012].map((seq) => eventQuery.parse({ after: cursorOf(seq) }).after)).toEqual([0, 1, 123_456_789_012]));
