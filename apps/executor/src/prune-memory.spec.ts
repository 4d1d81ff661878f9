import { ClusterError, type ClusterErrorCode } from '@alloy/cluster';
import { PruneMemory } from './prune-memory';

const ref = { apiVersion: 'batch/v1', kind: 'CronJob', namespace: 'shop', name: 'nightly' };
const deletion = { verb: 'delete', ref, resourceVersion: '7', uid: 'u1', mayBeRefused: true } as const;
const refused = (memory: PruneMemory, code: ClusterErrorCode, decision = 1) =>
  memory.refused('R1', decision, deletion, new ClusterError(code, 'no'));
const KEY = 'CronJob.batch/nightly';

it.each(['forbidden', 'admission_denied', 'invalid'] as const)('leaves an object at once whose deletion is refused: %s', (code) => {
  const memory = new PruneMemory();
  expect(refused(memory, code)).toBe(true);
  expect(memory.of('R1', 1).refused).toEqual(new Map([[KEY, 'the API server refused its deletion: no']]));
});

it.each(['conflict', 'server_error'] as const)('tries four times more after %s', (code) => {
  const memory = new PruneMemory();
  for (let i = 0; i < 4; i += 1) expect([refused(memory, code), memory.of('R1', 1).refused.size]).toEqual([true, 0]);
  expect([refused(memory, code), memory.of('R1', 1).refused.size]).toEqual([true, 1]);
});

const EVERY_REQUEST = ['unreachable', 'too_many_requests', 'unauthorized'] as const;
it.each(EVERY_REQUEST)('leaves no object because of %s, which concerns every request', (code) => {
  const memory = new PruneMemory();
  expect([refused(memory, code), memory.of('R1', 1).refused.size]).toEqual([false, 0]);
});

it('lists what was deleted, for one decision and until it is forgotten', () => {
  const memory = new PruneMemory();
  memory.deleted('R1', 1, deletion);
  refused(memory, 'forbidden');
  expect(memory.of('R1', 1).deleted).toEqual([{ apiVersion: 'batch/v1', kind: 'CronJob', name: 'nightly', uid: 'u1' }]);
  expect(memory.of('R1', 2)).toMatchObject({ deleted: [], refused: new Map() });
  memory.forget('R1');
  expect(memory.of('R1', 1)).toMatchObject({ deleted: [], refused: new Map() });
});
