import type { FollowerWait, ReleaseEvent, RunningState } from '@alloy/release';
import { after, followerObserved, given, happyUntil, type Item } from '@alloy/release/testing';
import type { ExecutorPorts } from './executor-ports';
import { recordFollower } from './record-follower';
import type { Job } from './safe-next-write';
import { WaitLimits } from './wait-limits';

const db = (cause: 'Unschedulable' | 'NotReady', ready = 0, detail = 'no details'): FollowerWait =>
  ({ object: { kind: 'StatefulSet', name: 'db' }, desired: 2, ready, waits: { cause, detail } });

/** Records what the executor finds, in this order, after `seconds` of waiting each; returns what it appended. */
async function recorded(items: readonly Item[], ...found: ReadonlyArray<readonly [seconds: number, follower: FollowerWait | undefined]>) {
  let now = 0;
  const appended: ReleaseEvent[] = [];
  const ids: string[] = [];
  const log = {
    append: async (_key: unknown, events: readonly ReleaseEvent[], options: { readonly ids: readonly string[] }) => {
      appended.push(...events);
      ids.push(...options.ids);
    },
  };
  const ports = { log, waitLimits: new WaitLimits(() => now) } as unknown as ExecutorPorts;
  const state = given(happyUntil('retire'), ...items).state as RunningState;
  for (const [seconds, follower] of found) {
    now += seconds * 1_000;
    await recordFollower({ state, ref: state.current!.ref } as Job, follower, ports);
  }
  return { appended: appended.map(({ data }) => (data as FollowerWait).waits), ids };
}

describe('recordFollower', () => {
  it('records at once what the cluster does not allow, and a slow start only after a quarter of the deadline of 8 s', async () => {
    expect((await recorded([], [0, db('Unschedulable')])).appended).toEqual([db('Unschedulable').waits]);
    expect((await recorded([], [0, db('NotReady')], [1.9, db('NotReady')])).appended).toEqual([]);
    expect((await recorded([], [0, db('NotReady')], [2, db('NotReady')])).appended).toEqual([db('NotReady').waits]);
  });

  it('records nothing that the log contains, whatever the numbers in the message', async () => {
    const known = followerObserved('Unschedulable', '0/3 nodes are available');
    expect((await recorded([known], [0, db('Unschedulable', 0, '0/5 nodes are available')])).appended).toEqual([]);
    expect((await recorded([known], [0, db('Unschedulable', 1, '0/3 nodes are available')])).appended).toHaveLength(1);
    expect((await recorded([known], [0, db('NotReady')])).appended).toEqual([db('NotReady').waits]);
  });

  it('records that the step no longer waits for the follower, once, and only if it has waited', async () => {
    expect((await recorded([followerObserved('NotReady')], [0, undefined])).appended).toEqual([null]);
    expect((await recorded([followerObserved(null, '', 2)], [0, undefined])).appended).toEqual([]);
    expect((await recorded([], [0, undefined])).appended).toEqual([]);
  });

  it('gives each record of a decision an id of its own, and the same one to the same record of two executors', async () => {
    const first = await recorded([], [0, db('Unschedulable')]);
    const second = await recorded([followerObserved('Unschedulable')], [0, db('NotReady')]);
    expect((await recorded([], [0, db('Unschedulable')])).ids).toEqual(first.ids);
    expect(second.ids).not.toEqual(first.ids);
  });

  it('records no more than 30 changes of one decision', async () => {
    const many = Array.from({ length: 30 }, (_, n) => followerObserved(n % 2 === 0 ? 'Unschedulable' : 'ConfigMissing'));
    expect((await recorded([...many, after(1)], [0, db('NotReady')])).appended).toEqual([]);
  });
});
