import type { OrderedEvent } from '@alloy/contracts';
import type { History } from './decisions';

/** Events of one release, without fields that no checker reads; versions and seqs count from 1. */
export const eventsOf = (
  stream: string,
  recorded: ReadonlyArray<readonly [type: string, data?: unknown]>,
  seq = 1,
): readonly OrderedEvent[] =>
  recorded.map(
    ([type, data = {}], index) =>
      ({ type, data, stream, version: index + 1, seq: seq + index, project: 'shop', environment: 'production' }) as OrderedEvent,
  );

const target = { cluster: 'default', namespace: 'shop' };

/** A canary of five pods at one half: planned at version 1 in slot 7, shifted at 2, promoted at 3, rolled back at 4. */
export const halfOfFive: History = new Map([
  ['release-1', eventsOf('release-1', [
    ['ReleasePlanned', { slotCounter: 7, plan: { replicas: 5 } }],
    ['StepStarted', { spec: { kind: 'shiftTraffic', target, deadline: 60, weight: 50, split: { canary: 3, stable: 3 } } }],
    ['StepStarted', { spec: { kind: 'promote', target, deadline: 60, replicas: 5 } }],
    ['RollbackDecided', { replicas: 5 }],
  ])],
]);
