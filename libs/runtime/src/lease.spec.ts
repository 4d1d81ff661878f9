import { Lease, type LeaseStore } from './lease';

/** A store by the clock of the test, with the epoch of `LeaseStore`. */
function world() {
  const clock = { ms: 0 };
  const row = { holder: '', epoch: 0, until: -Infinity };
  const sent: string[] = [];
  let failure: Error | undefined;
  const store: LeaseStore = {
    async acquire(_, holder, ttlMs) {
      sent.push(holder);
      if (failure) throw failure;
      if (row.holder !== holder && row.until > clock.ms) return undefined;
      if (row.holder !== holder) row.epoch += 1;
      Object.assign(row, { holder, until: clock.ms + ttlMs });
      return row.epoch;
    },
    async release(_, holder) {
      if (row.holder === holder) row.until = -Infinity;
    },
  };
  const lease = (holder: string) => new Lease({ store, name: 'relay', holder, ttlMs: 2_000, now: () => clock.ms });
  return { clock, sent, lease, fail: (error: Error | undefined) => (failure = error) };
}

/** Lets a renewal in the background end. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('a lease', () => {
  it('is free until it is acquired, and has one holder', async () => {
    const { lease } = world();
    const [a, b] = [lease('a'), lease('b')];
    expect([a.epoch, a.state]).toEqual([undefined, 'free']);
    expect([await a.acquire(), await b.acquire()]).toEqual([1, undefined]);
    expect([a.epoch, a.state, b.epoch, b.state]).toEqual([1, 'held', undefined, 'free']);
  });

  it('is expired when its time is over by the monotonic clock, counted from the request, and keeps its epoch', async () => {
    const { clock, lease } = world();
    const a = lease('a');
    const acquired = a.acquire();
    clock.ms = 1_999;
    await acquired;
    expect(a.state).toBe('held');
    clock.ms = 2_000;
    expect([a.state, a.epoch]).toEqual(['expired', 1]);
  });

  it('keeps its epoch when it is renewed, and gets a new one with each change of the holder', async () => {
    const { clock, lease } = world();
    const [a, b] = [lease('a'), lease('b')];
    await a.acquire();
    clock.ms = 3_000;
    expect(await a.acquire()).toBe(1);
    clock.ms = 6_000;
    expect(await b.acquire()).toBe(2);
    expect(await a.acquire()).toBeUndefined();
    expect(a.epoch).toBeUndefined();
    await b.release();
    expect([b.epoch, await a.acquire()]).toEqual([undefined, 3]);
  });

  it('is renewed in the background once a quarter of its time has passed', async () => {
    const { clock, sent, lease } = world();
    const a = lease('a');
    expect(await a.current()).toBe(1);
    clock.ms = 499;
    expect(await a.current()).toBe(1);
    expect(sent).toHaveLength(1);
    clock.ms = 500;
    expect(await a.current()).toBe(1);
    await settled();
    clock.ms = 2_400;
    expect([sent.length, a.state]).toEqual([2, 'held']);
  });

  it('is requested at most every quarter of its time while another process holds it', async () => {
    const { clock, sent, lease } = world();
    await lease('a').acquire();
    const b = lease('b');
    for (const ms of [0, 100, 499]) {
      clock.ms = ms;
      expect(await b.current()).toBeUndefined();
    }
    expect(sent).toEqual(['a', 'b']);
  });

  it('counts as free after a failed renewal, and the next call acquires it', async () => {
    const { clock, lease, fail } = world();
    const a = lease('a');
    await a.current();
    clock.ms = 500;
    fail(new Error('down'));
    expect(await a.current()).toBe(1);
    await settled();
    expect(a.epoch).toBeUndefined();
    await expect(a.current()).rejects.toThrow('down');
    fail(undefined);
    clock.ms = 1_000;
    expect(await a.current()).toBe(1);
  });

  it('is free after the store refused a write with its epoch', async () => {
    const { lease } = world();
    const a = lease('a');
    await a.acquire();
    a.lose();
    expect(a.epoch).toBeUndefined();
  });

  it('is renewed before each step of `whileHeld`, and released at the end or after an error', async () => {
    const { sent, lease } = world();
    const [a, b] = [lease('a'), lease('b')];
    const answers = [true, true, false];
    await a.whileHeld(async () => answers.shift()!);
    expect([sent, await b.acquire()]).toEqual([['a', 'a', 'a', 'b'], 2]);
    await a.whileHeld(() => Promise.reject(new Error('must not run')));
    await expect(b.whileHeld(() => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
    expect(await a.acquire()).toBe(3);
  });
});
