import { fakeIo } from '../testing/fake-io';
import { Progress } from './progress';

const after = (isTTY: boolean, ...looks: readonly (readonly [seconds: number, done: number])[]) => {
  let now = 0;
  const fake = fakeIo({ isTTY, now: () => now });
  const progress = new Progress(fake.io, 'release_step');
  for (const [seconds, done] of looks) {
    now = seconds * 1_000;
    progress.show(done, 1_000);
  }
  progress.end();
  return fake.err();
};

it('Progress is a bar with rate and remaining time, redrawn on a terminal', () => {
  const drawn = after(true, [0, 0], [10, 500]).split('\r');
  expect(drawn[1]).toBe(`\u001b[Krelease_step [${'.'.repeat(30)}]   0 % 0 of 1000 events`);
  expect(drawn[2]).toBe(`\u001b[Krelease_step [${'#'.repeat(15)}${'.'.repeat(15)}]  50 % 500 of 1000 events, 50/s, 10s left`);
  expect(drawn[3]).toBe('\u001b[K');
});

it('Progress prints a line at intervals without a terminal', () => {
  expect(after(false, [0, 0], [1, 50], [5, 250], [6, 300], [10, 500])).toBe(
    'release_step: 250 of 1000 events, 50/s, 15s left\nrelease_step: 500 of 1000 events, 50/s, 10s left\n',
  );
});

it('Progress prints nothing for work that is done immediately', () => expect(after(false, [0, 0], [0.2, 1_000])).toBe(''));
