import { KeyedQueue, StoppingError } from './keyed-queue';
import { VirtualClock } from './testing/virtual-clock';

/** A run that waits until the test releases it. */
function gates() {
  const started: string[] = [];
  const open = new Map<string, Array<(error?: Error) => void>>();
  const run = (key: string): Promise<void> => {
    started.push(key);
    return new Promise((resolve, reject) => {
      open.set(key, [...(open.get(key) ?? []), (error) => (error ? reject(error) : resolve())]);
    });
  };
  const finish = (key: string, error?: Error): void => open.get(key)!.shift()!(error);
  return { started, run, finish };
}
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('KeyedQueue', () => {
  it('runs a key serially, and combines all triggers during a run', async () => {
    const { started, run, finish } = gates();
    const queue = new KeyedQueue(run);
    void queue.add('a');
    const second = queue.add('a');
    expect(queue.add('a')).toBe(second);
    expect(started).toEqual(['a']);
    finish('a');
    await turn();
    expect(started).toEqual(['a', 'a']);
    finish('a');
    await second;
    await queue.idle();
    expect(queue.size).toBe(0);
  });

  it('continues with other keys if one hangs or fails', async () => {
    const { started, run, finish } = gates();
    const queue = new KeyedQueue(run, { parallel: 2 });
    void queue.add('hangs');
    const fails = queue.add('fails');
    const waits = queue.add('waits');
    expect(started).toEqual(['hangs', 'fails']);
    finish('fails', new Error('no'));
    await expect(fails).rejects.toThrow('no');
    expect(started).toEqual(['hangs', 'fails', 'waits']);
    finish('waits');
    await waits;
    expect(queue.size).toBe(1);
  });

  it('runs at most `parallel` keys concurrently', async () => {
    const { started, run, finish } = gates();
    const queue = new KeyedQueue(run, { parallel: 1 });
    void queue.add('a');
    void queue.add('b');
    expect(started).toEqual(['a']);
    finish('a');
    await turn();
    expect(started).toEqual(['a', 'b']);
    finish('b');
    await queue.idle();
  });

  it('finishes the running keys when it is stopped, and rejects waiting and later keys', async () => {
    const { started, run, finish } = gates();
    const queue = new KeyedQueue(run, { parallel: 1 });
    const running = queue.add('a');
    const waiting = [queue.add('a'), queue.add('b')];
    let hasStopped = false;
    const stopped = queue.stop().then(() => (hasStopped = true));
    // A caller that does not await a rejected key causes no unhandled rejection.
    void queue.add('d');
    for (const dropped of [...waiting, queue.add('c')]) await expect(dropped).rejects.toThrow(StoppingError);
    expect(hasStopped).toBe(false);
    finish('a');
    await Promise.all([running, stopped]);
    expect(started).toEqual(['a']);
  });
});

describe('a held key', () => {
  it('does not run before the end of its hold, and then runs once', async () => {
    const clock = new VirtualClock();
    const ranAt: number[] = [];
    const queue = new KeyedQueue(async () => void ranAt.push(clock.now()), { clock });
    queue.hold('a', 100);
    queue.hold('a', 200);
    await queue.add('a');
    await queue.add('a');
    await clock.advance(199);
    expect(ranAt).toEqual([]);
    await clock.advance(1);
    await queue.add('a');
    expect(ranAt).toEqual([200, 200]);
  });

  it('resolves a trigger that waits already, so that its caller does not wait for the hold', async () => {
    const { started, run, finish } = gates();
    const clock = new VirtualClock();
    const queue = new KeyedQueue(run, { clock });
    void queue.add('a');
    const waiting = queue.add('a');
    queue.hold('a', 100);
    await waiting;
    finish('a');
    await turn();
    expect(started).toEqual(['a']);
  });

  it('does not run after the queue is stopped', async () => {
    const { started, run } = gates();
    const clock = new VirtualClock();
    const queue = new KeyedQueue(run, { clock });
    queue.hold('a', 100);
    await queue.stop();
    queue.hold('b', 100);
    await clock.advance(100);
    expect([started, clock.pending]).toEqual([[], 0]);
  });
});
