import { backOffMs } from './back-off';

const curve = { firstMs: 250, mostMs: 30_000 };

it.each([[0, 250], [1, 250], [2, 500], [3, 1_000], [7, 16_000], [8, 30_000], [5_000, 30_000]])(
  'is, after %i failures, %i ms',
  (failures, ms) => expect(backOffMs(curve, failures)).toBe(ms),
);

it.each([[0, 500], [0.5, 750], [1, 1_000]])('makes the share `jitter` random: for %d, %i ms', (random, ms) =>
  expect(backOffMs({ ...curve, jitter: 0.5 }, 3, random)).toBe(ms),
);
