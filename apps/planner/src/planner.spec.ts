import type { ReleaseLog } from '@alloy/ledger';
import { initialState } from '@alloy/release';
import { Planner } from './planner';

it('ignores and reports a wake for a release that is not in the log', async () => {
  const unknown: string[] = [];
  const asked: string[] = [];
  const log = { load: async (id: string) => (asked.push(id), { state: initialState({ releaseId: id, project: '', environment: '' }), events: [] }), unfinished: () => Promise.reject(new Error('looked for work')) } as unknown as ReleaseLog;
  const planner = new Planner({ log, onError: (error) => { throw error; }, onUnknown: (release) => unknown.push(release) });
  await planner.wake('01FORGED');
  await planner.idle();
  expect([asked, unknown]).toEqual([['01FORGED'], ['01FORGED']]);
});
