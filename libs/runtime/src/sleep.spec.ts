import { sleep } from './sleep';
import { VirtualClock } from './testing/virtual-clock';

it('resolves after its time', async () => {
  const clock = new VirtualClock();
  let isOver = false;
  void sleep(100, { clock }).then(() => (isOver = true));
  await clock.advance(99);
  expect(isOver).toBe(false);
  await clock.advance(1);
  expect(isOver).toBe(true);
});

it('resolves when its signal is aborted, before or during the sleep, and leaves no timer', async () => {
  const clock = new VirtualClock();
  const abort = new AbortController();
  const slept = sleep(100, { clock, signal: abort.signal });
  abort.abort();
  await slept;
  await sleep(100, { clock, signal: abort.signal });
  expect(clock.pending).toBe(0);
});
