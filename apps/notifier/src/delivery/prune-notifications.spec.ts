import { pruneNotifications } from './prune-notifications';

it('pruneNotifications deletes in batches until none is left', async () => {
  const batches = [2_000, 3, 0, 7];
  const asked: number[][] = [];
  const outbox = { forgetSent: async (...args: [number, number]) => (asked.push(args), batches.shift() ?? 0) };
  expect(await pruneNotifications(outbox, 90)).toBe(2_003);
  expect(asked).toEqual([[90, 1_000], [90, 1_000], [90, 1_000]]);
});
