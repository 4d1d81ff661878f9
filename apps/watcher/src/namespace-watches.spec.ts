import type { Cluster } from '@alloy/cluster';
import { NamespaceWatches } from './namespace-watches';

describe('changes of pods', () => {
  let looks: number;
  let change: () => void;
  let watches: NamespaceWatches;
  beforeEach(() => {
    jest.useFakeTimers();
    looks = 0;
    const cluster = {
      watch: (_query: unknown, onEvent: () => void) => {
        change = onEvent;
        return { objects: new Map(), synced: Promise.resolve(), stop: () => undefined };
      },
    } as unknown as Pick<Cluster, 'watch'>;
    watches = new NamespaceWatches(cluster, () => (looks += 1));
    watches.follow('shop');
  });
  afterEach(() => {
    watches.stop();
    jest.useRealTimers();
  });

  it('lead to a look at once; those that follow closely, to one more', () => {
    change();
    expect(looks).toBe(1);
    for (let i = 0; i < 5; i += 1) change();
    expect(looks).toBe(1);
    jest.advanceTimersByTime(100);
    expect(looks).toBe(2);
    jest.advanceTimersByTime(1_000);
    expect(looks).toBe(2);
    change();
    expect(looks).toBe(3);
  });

  it('lead to none once nothing is followed any more', () => {
    change();
    change();
    watches.stop();
    jest.advanceTimersByTime(1_000);
    expect(looks).toBe(1);
  });
});
