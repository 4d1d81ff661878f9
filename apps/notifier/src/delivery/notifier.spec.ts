import { deliver } from './deliver';
import { Notifier, type NotifierParts } from './notifier';

jest.mock('./deliver', () => ({ deliver: jest.fn() }));

/** A notifier whose outbox and deliveries the test controls. */
function world() {
  const ends: Array<() => void> = [];
  jest.mocked(deliver).mockReset().mockImplementation(() => new Promise((resolve) => ends.push(() => resolve())));
  const reads: Array<(ms: number | null) => void> = [];
  const timers: number[] = [];
  const parts = {
    fanOut: { run: async () => undefined },
    outbox: { dueRoutes: async () => ['team'], nextDueInMs: () => new Promise((resolve) => reads.push(resolve)) },
    logger: { error: () => undefined, warn: () => undefined },
    runIn: (ms: number) => void timers.push(ms),
  } as unknown as NotifierParts;
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  return { notifier: new Notifier(parts), ends, reads, timers, turn };
}

it('serves a route again that is due while it is being served', async () => {
  const { notifier, ends, turn } = world();
  void notifier.run();
  await turn();
  void notifier.run();
  await turn();
  expect(deliver).toHaveBeenCalledTimes(1);
  ends[0]!();
  await turn();
  expect(deliver).toHaveBeenCalledTimes(2);
});

it('sets its timer by the read that began last', async () => {
  const { notifier, ends, reads, timers, turn } = world();
  const run = notifier.run();
  await turn();
  ends[0]!();
  await turn();
  expect(reads).toHaveLength(1);
  reads[0]!(null);
  await turn();
  reads[1]!(1_000);
  await run;
  await turn();
  expect(timers).toEqual([Infinity, 1_000]);
});
