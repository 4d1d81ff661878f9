import { Loop, type LoopOptions } from './loop';
import { VirtualClock } from './testing/virtual-clock';

/** A loop whose steps the test ends: true = more work, an Error = a failure. */
function manual(options: Partial<LoopOptions> = {}) {
  const clock = new VirtualClock();
  const ends: Array<(result: boolean | Error) => void> = [];
  const errors: Array<readonly [unknown, number]> = [];
  const recovered: number[] = [];
  const startedAt: number[] = [];
  const step = () => {
    startedAt.push(clock.now());
    return new Promise<boolean>((resolve, reject) => ends.push((result) => (result instanceof Error ? reject(result) : resolve(result))));
  };
  const loop = new Loop({
    step, clock, intervalMs: 250, onError: (...args) => errors.push(args), onRecovered: (failures) => recovered.push(failures), ...options,
  });
  const end = async (result: boolean | Error) => {
    ends.shift()!(result);
    await clock.advance(0);
  };
  return { clock, loop, end, errors, recovered, startedAt };
}

describe('a loop', () => {
  it('starts the next step immediately if there is more work, and after the interval otherwise', async () => {
    const { clock, loop, end, startedAt } = manual();
    loop.start();
    loop.start();
    await end(true);
    await end(false);
    expect([startedAt, loop.state]).toEqual([[0, 0], 'waiting']);
    await clock.advance(249);
    expect(startedAt).toHaveLength(2);
    await clock.advance(1);
    expect([startedAt, loop.state]).toEqual([[0, 0, 250], 'running']);
  });

  it('reads an interval that is a function before each wait', async () => {
    const intervals = [10, 20];
    const { clock, loop, end, startedAt } = manual({ intervalMs: () => intervals.shift()! });
    loop.start();
    await end(false);
    await clock.advance(10);
    await end(false);
    await clock.advance(20);
    expect(startedAt).toEqual([0, 10, 30]);
  });

  it('ignores triggers while it is idle, and starts one step for all triggers that arrive during a step', async () => {
    const { loop, end, startedAt } = manual();
    loop.trigger();
    expect([loop.state, startedAt]).toEqual(['idle', []]);
    loop.start();
    loop.trigger();
    loop.trigger();
    await end(false);
    expect(startedAt).toEqual([0, 0]);
    await end(false);
    expect([startedAt, loop.state]).toEqual([[0, 0], 'waiting']);
  });

  it('starts a step immediately when it is triggered while it waits', async () => {
    const { clock, loop, end, startedAt } = manual();
    loop.start();
    await end(false);
    await clock.advance(100);
    loop.trigger();
    await clock.advance(0);
    expect(startedAt).toEqual([0, 100]);
  });

  it('reports a failure and waits for the interval, regardless of triggers', async () => {
    const { clock, loop, end, errors, startedAt } = manual();
    const down = new Error('down');
    loop.start();
    await end(down);
    loop.trigger();
    await clock.advance(249);
    expect(startedAt).toEqual([0]);
    await clock.advance(1);
    await end(down);
    expect([startedAt, errors]).toEqual([[0, 250], [[down, 1], [down, 2]]]);
  });

  it('calls onRecovered with the number of failures at the first success, and counts from 1 again', async () => {
    const { clock, loop, end, errors, recovered } = manual();
    loop.start();
    for (const result of [new Error('1'), new Error('2'), false, false, new Error('3')]) {
      await end(result);
      await clock.advance(250);
    }
    expect([recovered, errors.map(([, failures]) => failures)]).toEqual([[2], [1, 2, 1]]);
  });

  it('waits after an error as `afterError` says, and a trigger ends the wait, but not before `notBeforeMs`', async () => {
    const { clock, loop, end, startedAt } = manual({ afterError: (failures) => ({ afterMs: 1_000 * failures, notBeforeMs: 300 }) });
    loop.start();
    await end(new Error('1'));
    await clock.advance(1_000);
    await end(new Error('2'));
    await clock.advance(100);
    loop.trigger();
    await clock.advance(199);
    expect(startedAt).toEqual([0, 1_000]);
    await clock.advance(1);
    expect(startedAt).toEqual([0, 1_000, 1_300]);
  });

  it('remembers a trigger that arrives during a step that fails', async () => {
    const { clock, loop, end, startedAt } = manual({ afterError: () => ({ afterMs: 1_000, notBeforeMs: 300 }) });
    loop.start();
    loop.trigger();
    await end(new Error('1'));
    await clock.advance(300);
    expect(startedAt).toEqual([0, 300]);
  });

  it('triggers itself after `triggerIn`, whose last call counts', async () => {
    const { clock, loop, end, startedAt } = manual({ intervalMs: 10_000 });
    loop.start();
    await end(false);
    loop.triggerIn(50);
    loop.triggerIn(70);
    await clock.advance(70);
    expect(startedAt).toEqual([0, 70]);
    await end(false);
    loop.triggerIn(50);
    loop.triggerIn(Infinity);
    await clock.advance(9_999);
    expect(startedAt).toEqual([0, 70]);
  });

  it('starts no step while it is held, whatever triggers it, and one at the end of the last hold', async () => {
    const { clock, loop, end, startedAt } = manual({ intervalMs: 10 });
    loop.start();
    loop.hold(100);
    loop.hold(200);
    await end(true);
    loop.trigger();
    await clock.advance(199);
    expect([startedAt, loop.state]).toEqual([[0], 'waiting']);
    await clock.advance(1);
    expect(startedAt).toEqual([0, 200]);
    await end(false);
    loop.hold(50);
    await clock.advance(49);
    expect(startedAt).toHaveLength(2);
    await clock.advance(1);
    expect(startedAt).toEqual([0, 200, 250]);
    loop.hold(50);
    await end(new Error('down'));
    await loop.stop();
    expect(clock.pending).toBe(0);
  });

  it('waits for the end of a hold that begins before it is started', async () => {
    const { clock, loop, startedAt } = manual();
    loop.hold(100);
    loop.start();
    await clock.advance(99);
    expect(startedAt).toEqual([]);
    await clock.advance(1);
    expect(startedAt).toEqual([100]);
  });

  it('resolves `stop` when the running step has ended, and starts no further step', async () => {
    const { clock, loop, end, startedAt } = manual();
    let isStopped = false;
    loop.start();
    loop.triggerIn(10);
    const stopped = loop.stop().then(() => (isStopped = true));
    await clock.advance(0);
    expect(isStopped).toBe(false);
    await end(true);
    await stopped;
    loop.start();
    loop.trigger();
    loop.triggerIn(10);
    await clock.advance(1_000);
    expect([startedAt, loop.state, clock.pending]).toEqual([[0], 'stopped', 0]);
  });

  it('ends the wait when it is stopped, also after an error', async () => {
    const { loop, end, clock } = manual();
    loop.start();
    await end(new Error('down'));
    await loop.stop();
    expect(clock.pending).toBe(0);
  });
});
