import { IdleCollector, nodeRuntime } from './idle-collector';

const MIB = 1024 * 1024;

function collectorOf(least: number) {
  const state = { utilisation: 0, used: 30 * MIB, collections: 0 };
  const collector = new IdleCollector({
    utilisation: () => state.utilisation,
    heapUsed: () => state.used,
    collect: () => {
      state.collections++;
      state.used = least;
    },
  });
  return { state, collector };
}

describe('IdleCollector', () => {
  it('collects the garbage of the start once', () => {
    const { state, collector } = collectorOf(20 * MIB);
    collector.tick();
    collector.tick();
    expect(state.collections).toBe(1);
  });

  it('waits until the process is idle', () => {
    const { state, collector } = collectorOf(20 * MIB);
    state.utilisation = 0.4;
    collector.tick();
    expect(state.collections).toBe(0);
    state.utilisation = 0.02;
    collector.tick();
    expect(state.collections).toBe(1);
  });

  it('collects again only after the heap has grown enough', () => {
    const { state, collector } = collectorOf(20 * MIB);
    collector.tick();
    state.used = 25 * MIB;
    collector.tick();
    expect(state.collections).toBe(1);
    state.used = 26 * MIB;
    collector.tick();
    expect(state.collections).toBe(2);
  });

  it('does not collect again and again what is in use', () => {
    const { state, collector } = collectorOf(60 * MIB);
    for (let i = 0; i < 5; i++) collector.tick();
    expect(state.collections).toBe(1);
  });
});

describe('nodeRuntime', () => {
  it('is not there unless Node exposes the collector', () => {
    expect(nodeRuntime()).toBeUndefined();
  });

  it('collects everything that is not in use', () => {
    const calls: unknown[] = [];
    globalThis.gc = ((options: unknown) => void calls.push(options)) as typeof gc;
    try {
      nodeRuntime()!.collect();
    } finally {
      delete globalThis.gc;
    }
    expect(calls).toEqual([{ type: 'major', execution: 'sync', flavor: 'last-resort' }]);
  });
});
