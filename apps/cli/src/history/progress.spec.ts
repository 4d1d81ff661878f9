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

it('is a bar that is redrawn in place on a terminal, with rate and time left', () => {
  const drawn = after(true, [0, 0], [10, 500]).split('\r');
  expect(drawn[1]).toBe(`\u001b[Krelease_step [${'.'.repeat(30)}]   0 % 0 of 1000 events`);
  expect(drawn[2]).toBe(`\u001b[Krelease_step [${'#'.repeat(15)}${'.'.repeat(15)}]  50 % 500 of 1000 events, 50/s, 10s left`);
  expect(drawn[3]).toBe('\u001b[K');
});

it('is a line now and then without one', () => {
  expect(after(false, [0, 0], [1, 50], [5, 250], [6, 300], [10, 500])).toBe('release_step: 250 of 1000 events, 50/s, 15s left\nrelease_step: 500 of 1000 events, 50/s, 10s left\n');
});

it('says nothing of what is done at once', () => expect(after(false, [0, 0], [0.2, 1_000])).toBe(''));
