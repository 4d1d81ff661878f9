import type { LiveWorkload } from '../live';
import { weightOf } from './pod-ratio';

describe('weightOf', () => {
  const ready = (count: number): LiveWorkload => ({ ready: count }) as LiveWorkload;
  it.each([
    [ready(1), ready(5), 16.7],
    [ready(3), ready(3), 50],
    [ready(2), ready(1), 66.7],
    [ready(5), ready(0), 100],
    [ready(0), ready(5), 0],
    [ready(0), ready(0), 0],
    [null, ready(5), 0],
    [ready(5), null, 100],
    [null, null, 0],
  ])('of the canary %j and the workload %j returns %d percent', (canary, web, expected) => expect(weightOf(canary, web)).toBe(expected));
});
