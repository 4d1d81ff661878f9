import { VirtualClock } from './testing/virtual-clock';
import { Throttle } from './throttle';

function world() {
  const clock = new VirtualClock();
  const runs: string[] = [];
  return { clock, runs, throttle: new Throttle<string>((key) => runs.push(`${key}@${clock.now()}`), 100, clock) };
}

it('runs the first request immediately, and all requests within its time together at the end of it', async () => {
  const { clock, runs, throttle } = world();
  throttle.request('a');
  throttle.request('a');
  await clock.advance(50);
  throttle.request('a');
  expect(runs).toEqual(['a@0']);
  await clock.advance(50);
  throttle.request('a');
  await clock.advance(100);
  expect(runs).toEqual(['a@0', 'a@100', 'a@200']);
});

it('runs a request immediately if there was none in the time before, and leaves no timer', async () => {
  const { clock, runs, throttle } = world();
  throttle.request('a');
  await clock.advance(100);
  expect(clock.pending).toBe(0);
  throttle.request('a');
  expect(runs).toEqual(['a@0', 'a@100']);
});

it('does not delay a key because of another', () => {
  const { runs, throttle } = world();
  throttle.request('a');
  throttle.request('b');
  expect(runs).toEqual(['a@0', 'b@0']);
});

it('drops what it remembers when it is stopped', async () => {
  const { clock, runs, throttle } = world();
  throttle.request('a');
  throttle.request('a');
  throttle.stop();
  await clock.advance(100);
  expect([runs, clock.pending]).toEqual([['a@0'], 0]);
});
