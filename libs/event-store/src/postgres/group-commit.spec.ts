import type { StoredEvent } from '@alloy/contracts';
import { InlineConflict, VersionConflict, type StreamAppend } from '../ports';
import { anEvent } from '../testing/an-event';
import type { Outcome } from './append-events';
import { GroupCommit } from './group-commit';

/** Transactions that a test ends explicitly. */
class Transactions {
  readonly begun: Array<{
    readonly streams: readonly string[];
    readonly whole: boolean;
    readonly commit: (refused?: string) => Promise<void>;
    readonly fail: (error: Error) => Promise<void>;
  }> = [];

  readonly commit = (appends: readonly StreamAppend[], whole: boolean): Promise<readonly Outcome[]> =>
    new Promise((resolve, reject) => {
      this.begun.push({
        streams: appends.map(({ stream }) => stream),
        whole,
        commit: (refused) =>
          settled(() =>
            resolve(
              appends.map(({ stream }) =>
                stream === refused
                  ? new VersionConflict(stream, 0, 7)
                  : [{ ...anEvent(), stream, version: 1, occurredAt: '', hash: '' } as StoredEvent],
              ),
            ),
          ),
        fail: (error) => settled(() => reject(error)),
      });
    });

  get streams(): readonly (readonly string[])[] {
    return this.begun.map(({ streams }) => streams);
  }
}

/** Waits for work that one turn of the event loop started and the next continues. */
const turn = async (): Promise<void> => {
  for (let i = 0; i < 2; i += 1) await new Promise(setImmediate);
};

const settled = async (act: () => void): Promise<void> => {
  act();
  await turn();
};

const to = (stream: string): StreamAppend => ({ stream, expected: 0, events: [anEvent()] });
const streamOf = (events: readonly StoredEvent[]): string | undefined => events[0]?.stream;

describe('appends during transactions', () => {
  let transactions: Transactions;
  let commits: GroupCommit;
  beforeEach(() => {
    transactions = new Transactions();
    commits = new GroupCommit({ commit: transactions.commit, lanes: 1, patienceMs: 60_000 });
  });
  const add = (stream: string, alone = false): Promise<readonly StoredEvent[]> => commits.run([to(stream)], alone);
  /** Starts the first transaction alone; the others arrive then. */
  const begin = async (stream: string): Promise<readonly [Promise<readonly StoredEvent[]>]> => {
    const first = add(stream);
    await turn();
    return [first];
  };

  it('share a transaction if they arrive in the same turn of the event loop', async () => {
    const added = [add('b'), add('a')];
    await turn();
    await transactions.begun[0]!.commit();
    expect(transactions.streams).toEqual([['a', 'b']]);
    await Promise.all(added);
  });

  it('share the next transaction, in the order of their streams, and each gets its own events', async () => {
    const added = [...(await begin('a')), add('c'), add('b')];
    await transactions.begun[0]!.commit();
    await transactions.begun[1]!.commit();
    expect(transactions.streams).toEqual([['a'], ['b', 'c']]);
    expect((await Promise.all(added)).map(streamOf)).toEqual(['a', 'c', 'b']);
  });

  it('have separate outcomes: a version conflict rejects only its own append', async () => {
    const [first, refused, other] = [...(await begin('a')), add('b'), add('c')] as const;
    refused.catch(() => undefined);
    await transactions.begun[0]!.commit();
    await transactions.begun[1]!.commit('b');
    await expect(refused).rejects.toMatchObject({ code: 'version_conflict', actual: 7 });
    expect((await Promise.all([first, other])).map(streamOf)).toEqual(['a', 'c']);
  });

  it('are retried alone if their transaction fails, and only those that fail again are rejected', async () => {
    const [first, refused, other] = [...(await begin('a')), add('b'), add('c')] as const;
    refused.catch(() => undefined);
    await transactions.begun[0]!.commit();
    await transactions.begun[1]!.fail(new InlineConflict('slot', 'taken'));
    await transactions.begun[2]!.fail(new InlineConflict('slot', 'taken'));
    await transactions.begun[3]!.commit();
    expect(transactions.streams).toEqual([['a'], ['b', 'c'], ['b'], ['c']]);
    await expect(refused).rejects.toBeInstanceOf(InlineConflict);
    expect((await Promise.all([first, other])).map(streamOf)).toEqual(['a', 'c']);
  });

  it('are all rejected if Postgres is unreachable, because the outcome of the transaction is unknown', async () => {
    const [first, ...others] = [...(await begin('a')), add('b'), add('c')];
    const outcomes = Promise.allSettled(others);
    await transactions.begun[0]!.commit();
    await transactions.begun[1]!.fail(Object.assign(new Error('reset'), { code: 'ECONNRESET' }));
    expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(transactions.begun).toHaveLength(2);
    await first;
  });

  it('get separate transactions on request, or if they are to several streams', async () => {
    const added = [...(await begin('a')), add('b', true), commits.run([to('c'), to('d')], false), add('e'), add('f')];
    for (let i = 0; i < 4; i += 1) await transactions.begun[i]!.commit();
    expect(transactions.begun.map(({ streams, whole }) => [streams, whole])).toEqual([
      [['a'], false],
      [['b'], false],
      [['c', 'd'], true],
      [['e', 'f'], false],
    ]);
    await Promise.all(added);
  });

  it('are divided among the lanes if there are many', async () => {
    commits = new GroupCommit({ commit: transactions.commit, lanes: 2, patienceMs: 60_000 });
    const added = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'].map((stream) => add(stream));
    await turn();
    expect(transactions.streams).toEqual([['a', 'b', 'c', 'd', 'e'], ['f', 'g', 'h', 'i', 'j']]);
    added.push(add('k'), add('l'), add('m'), add('n'), add('o'));
    await transactions.begun[0]!.commit();
    expect(transactions.streams).toEqual([['a', 'b', 'c', 'd', 'e'], ['f', 'g', 'h', 'i', 'j'], ['k', 'l', 'm', 'n', 'o']]);
    for (const transaction of transactions.begun.slice(1)) await transaction.commit();
    await Promise.all(added);
  });

  it('share one transaction if there are few, even with free lanes', async () => {
    commits = new GroupCommit({ commit: transactions.commit, lanes: 2, patienceMs: 60_000 });
    const added = ['a', 'b', 'c', 'd'].map((stream) => add(stream));
    await turn();
    expect(transactions.streams).toEqual([['a', 'b', 'c', 'd']]);
    await transactions.begun[0]!.commit();
    await Promise.all(added);
  });

  it('to the same stream run one after the other', async () => {
    commits = new GroupCommit({ commit: transactions.commit, lanes: 3, patienceMs: 60_000 });
    const added = [...(await begin('a')), add('a'), add('b'), add('a')];
    await turn();
    expect(transactions.streams).toEqual([['a'], ['b']]);
    await transactions.begun[0]!.commit();
    await transactions.begun[2]!.commit();
    await transactions.begun[1]!.commit();
    await transactions.begun[3]!.commit();
    expect(transactions.streams).toEqual([['a'], ['b'], ['a'], ['a']]);
    await Promise.all(added);
  });

  it('do not wait for a transaction that hangs', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate'] });
    try {
      commits = new GroupCommit({ commit: transactions.commit, lanes: 1, patienceMs: 50 });
      const added = [...(await begin('a')), add('b')];
      await turn();
      expect(transactions.streams).toEqual([['a']]);
      jest.advanceTimersByTime(50);
      await turn();
      await transactions.begun[1]!.commit();
      expect(streamOf(await added[1]!)).toBe('b');
      await transactions.begun[0]!.commit();
      await added[0];
    } finally {
      jest.useRealTimers();
    }
  });
});
