import { MemoryEventStore } from '@alloy/event-store';
import { appendReasons } from '../testing/some-events';
import { placeBefore } from './place-before';
import { readEventsPage } from './read-events-page';

const DAY = 86_400_000;

it('skips only events from long before the requested time', async () => {
  let now = 0;
  let reads = 0;
  const log = new MemoryEventStore({ now: () => now });
  // An event each hour, in batches, for a year.
  for (let day = 0; day < 365; day += 1) {
    now = day * DAY;
    await appendReasons(log, 'shop', ...Array.from({ length: 24 }, (_, hour) => `${day}-${hour}`));
  }
  const store = {
    lastSeq: () => log.lastSeq(),
    readOrdered: (options: Parameters<typeof log.readOrdered>[0]) => ((reads += 1), log.readOrdered(options)),
  };
  for (const day of [0, 1, 2, 100, 363, 364, 400]) {
    const since = new Date(day * DAY).toISOString();
    const place = await placeBefore(store, since);
    expect(place).toBeLessThanOrEqual(Math.max(0, day - 1) * 24);
    if (day > 50) expect(place).toBeGreaterThan(Math.min(day, 364) * 24 - 1_100);
    const { events } = await readEventsPage(store, { filter: { since }, after: 0, limit: 1 });
    expect(events.map(({ data }) => (data as { reason: string }).reason)).toEqual(day > 364 ? [] : [`${day}-0`]);
  }
  expect(reads).toBeLessThan(7 * 10);
});
