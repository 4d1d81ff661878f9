import type { ReleaseLog } from '@alloy/ledger';
import { initialState } from '@alloy/release';
import { StoppingError } from '@alloy/runtime';
import { Planner } from './planner';

it('ignores and reports a trigger for a release that is not in the log', async () => {
  const unknown: string[] = [];
  const asked: string[] = [];
  const log = {
    load: async (id: string) => (asked.push(id), { state: initialState({ releaseId: id, project: '', environment: '' }), events: [] }),
    unfinished: () => Promise.reject(new Error('looked for work')),
  } as unknown as ReleaseLog;
  const planner = new Planner({ log, onError: (error) => { throw error; }, onUnknown: (release) => unknown.push(release) });
  await planner.trigger('01FORGED');
  await planner.idle();
  expect([asked, unknown]).toEqual([['01FORGED'], ['01FORGED']]);
});

it('finishes running decisions when stopped, and starts no others', async () => {
  const scopes: string[] = [];
  const finish: Array<() => void> = [];
  const log = {
    load: async (id: string) => ({
      state: { ...initialState({ releaseId: id, project: id, environment: 'production' }), status: 'promoted' },
      events: [],
    }),
    unfinished: (project: string) => (scopes.push(project), new Promise((resolve) => finish.push(() => resolve([])))),
  } as unknown as ReleaseLog;
  const planner = new Planner({ log, onError: () => undefined, parallel: 1 });
  const running = planner.trigger('R1');
  const waiting = planner.trigger('R2');
  const dropped = expect(waiting).rejects.toThrow(StoppingError);
  while (scopes.length === 0) await new Promise((resolve) => setImmediate(resolve));
  const stopped = planner.stop();
  await dropped;
  await expect(planner.trigger('R3')).rejects.toThrow(StoppingError);
  finish[0]!();
  await Promise.allSettled([running, stopped]);
  expect(scopes).toEqual(['R1']);
});

it('decides all waiting releases after an event of another stream, such as the end of a hold', async () => {
  const decided: string[] = [];
  const log = {
    waitingFor: async () => [{ releaseId: 'R1', project: 'shop', environment: 'production', version: 2 }],
    load: async (key: { readonly releaseId: string }) => {
      decided.push(key.releaseId);
      return { state: initialState({ ...key, project: 'shop', environment: 'production' }), events: [], now: 0 };
    },
    context: async () => ({}),
    unfinished: async () => [],
  } as unknown as ReleaseLog;
  const planner = new Planner({ log, onError: (error) => { throw error; } });
  await planner.triggerAll();
  await planner.idle();
  expect(decided).toEqual(['R1']);
});
