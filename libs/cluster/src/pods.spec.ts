import type { KubeObject } from '@alloy/contracts';
import { isActive, isDraining, isReady, podStatus } from './pods';

describe('a pod', () => {
  const pod = (phase: string | undefined, { ready = 'True', deleted = false } = {}): KubeObject => ({
    apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', ...(deleted && { deletionTimestamp: '2026-01-01T00:00:00Z' }) },
    status: { phase, conditions: [{ type: 'PodScheduled', status: 'True' }, { type: 'Ready', status: ready }] },
  });
  it.each([
    ['runs and is ready', pod('Running'), [true, true, false]],
    ['runs and is not ready', pod('Running', { ready: 'False' }), [false, true, false]],
    ['is deleted and still runs', pod('Running', { deleted: true }), [false, false, true]],
    ['has failed', pod('Failed', { ready: 'False' }), [false, false, false]],
    ['has succeeded', pod('Succeeded', { ready: 'False' }), [false, false, false]],
    ['is deleted and has failed', pod('Failed', { ready: 'False', deleted: true }), [false, false, false]],
    ['has no status yet', { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' } } as KubeObject, [false, true, false]],
    ['has no conditions yet', { ...pod('Pending'), status: { phase: 'Pending' } } as KubeObject, [false, true, false]],
  ])('%s: ready, active, draining', (_, given, expected) => expect([isReady(given), isActive(given), isDraining(given)]).toEqual(expected));
  it('has an empty status at first', () => expect(podStatus({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' } })).toEqual({}));
});
