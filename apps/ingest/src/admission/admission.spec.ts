import { Admission, Overloaded, type Leave } from './admission';

beforeEach(() => void jest.useFakeTimers({ doNotFake: ['setImmediate'] }));
afterEach(() => void jest.useRealTimers());

const turn = () => new Promise(setImmediate);

function bounded(limit = 2, maxWaitMs = 1_000) {
  const admission = new Admission({ limit, maxWaitMs, now: () => performance.now() });
  const working: Leave[] = [];
  const refused: Overloaded[] = [];
  const come = async (many = 1): Promise<void> => {
    for (let i = 0; i < many; i += 1)
      void admission.enter().then(
        (leave) => working.push(leave),
        (error: Overloaded) => refused.push(error),
      );
    await turn();
  };
  /** Ends the oldest running request after the given time, ms. */
  const end = async (afterMs = 0): Promise<void> => {
    jest.advanceTimersByTime(afterMs);
    await turn();
    working.shift()!();
    await turn();
  };
  return { admission, working, refused, come, end };
}

it('runs requests concurrently up to its limit, and the others in order', async () => {
  const { admission, working, refused, come, end } = bounded();
  await come(5);
  expect([working.length, admission.waiting, refused.length]).toEqual([2, 3, 0]);
  await end(10);
  expect([working.length, admission.waiting]).toEqual([2, 2]);
  for (let i = 0; i < 4; i += 1) await end(10);
  expect([working.length, admission.waiting, refused.length]).toEqual([0, 0, 0]);
});

it('immediately refuses a request that would wait too long, with the time to retry after', async () => {
  const { admission, refused, come, end } = bounded();
  await come(3);
  await end(400);
  await come(1);
  expect([admission.waiting, refused]).toEqual([1, []]);
  await come(10);
  // Each end takes 400 ms, so the third waiting request would wait 1200 ms.
  expect(admission.waiting).toBe(2);
  expect(refused).toHaveLength(9);
  expect(refused.every((error) => error instanceof Overloaded && error.retryAfterSeconds === 2)).toBe(true);
});

it('refuses requests after the maximum wait, even if no request ends', async () => {
  const { admission, working, refused, come } = bounded();
  await come(20);
  jest.advanceTimersByTime(999);
  await turn();
  expect([refused.length, admission.waiting]).toEqual([0, 18]);
  jest.advanceTimersByTime(1);
  await turn();
  expect([working.length, admission.waiting, refused.length]).toEqual([2, 0, 18]);
});

it('does not count idle time as the duration of a request', async () => {
  const { admission, working, refused, come, end } = bounded();
  await come(2);
  for (let i = 0; i < 2; i += 1) await end(10);
  jest.advanceTimersByTime(60_000);
  await come(1);
  await end(10);
  jest.advanceTimersByTime(60_000);
  await come(12);
  expect([working.length, admission.waiting, refused.length]).toEqual([2, 10, 0]);
});

it('counts the end of a request once, even if it is reported repeatedly', async () => {
  const { admission, working, come } = bounded(1);
  await come(3);
  const first = working[0]!;
  first();
  first();
  await turn();
  expect([working.length, admission.waiting]).toEqual([2, 1]);
});
