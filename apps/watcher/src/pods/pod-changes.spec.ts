import type { WatchEvent } from '@alloy/cluster';
import type { KubeObject } from '@alloy/contracts';
import { PodChanges } from './pod-changes';

const pod = (name: string, waiting?: string): KubeObject => ({
  apiVersion: 'v1', kind: 'Pod', metadata: { name, uid: `uid-${name}` },
  status: { containerStatuses: [
    { name: 'web', restartCount: 1, state: waiting === undefined ? { running: {} } : { waiting: { reason: waiting } } },
  ] },
});
const modified = (name: string, waiting?: string): WatchEvent => ({ type: 'modified', object: pod(name, waiting) });
const CRASH = 'CrashLoopBackOff';

describe('PodChanges', () => {
  let observations: number;
  let changes: PodChanges;
  beforeEach(() => {
    jest.useFakeTimers();
    observations = 0;
    changes = new PodChanges(() => (observations += 1));
  });
  afterEach(() => {
    changes.stop();
    jest.useRealTimers();
  });

  it('triggers an observation at once for the first change, and one more for all changes within 100 ms', () => {
    changes.podChanged({ type: 'synced', objects: [] });
    expect(observations).toBe(1);
    for (let i = 0; i < 5; i += 1) changes.podChanged(modified('a'));
    expect(observations).toBe(1);
    jest.advanceTimersByTime(100);
    expect(observations).toBe(2);
    jest.advanceTimersByTime(1_000);
    expect(observations).toBe(2);
    changes.podChanged({ type: 'deleted', object: pod('a') });
    expect(observations).toBe(3);
  });

  it('triggers an observation without a delay when a pod starts to fail, but not while it keeps failing', () => {
    changes.podChanged(modified('a'));
    changes.podChanged(modified('a', CRASH));
    expect(observations).toBe(2);
    changes.podChanged(modified('b', 'ImagePullBackOff'));
    expect(observations).toBe(3);
    for (let i = 0; i < 5; i += 1) changes.podChanged(modified('a', CRASH));
    expect(observations).toBe(3);
    jest.advanceTimersByTime(100);
    expect(observations).toBe(4);
  });

  it('counts a failure as new if the pod was healthy in between, or if another pod with the name fails', () => {
    changes.podChanged({ type: 'synced', objects: [pod('a', CRASH), pod('b', CRASH)] });
    expect(observations).toBe(1);
    changes.podChanged(modified('a', CRASH));
    expect(observations).toBe(1);
    changes.podChanged(modified('a'));
    changes.podChanged(modified('a', CRASH));
    expect(observations).toBe(2);
    changes.podChanged({ type: 'deleted', object: pod('b', CRASH) });
    changes.podChanged({ type: 'added', object: pod('b', CRASH) });
    expect(observations).toBe(3);
  });

  it('triggers no observation after it is stopped', () => {
    changes.podChanged(modified('a'));
    changes.podChanged(modified('a'));
    changes.stop();
    jest.advanceTimersByTime(1_000);
    expect(observations).toBe(1);
  });
});
