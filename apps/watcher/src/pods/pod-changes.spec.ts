import type { WatchEvent } from '@alloy/cluster';
import type { KubeObject } from '@alloy/contracts';
import { PodChanges } from './pod-changes';

const pod = (name: string, waiting?: string): KubeObject => ({
  apiVersion: 'v1', kind: 'Pod', metadata: { name, uid: `uid-${name}` },
  status: { containerStatuses: [{ name: 'web', restartCount: 1, state: waiting === undefined ? { running: {} } : { waiting: { reason: waiting } } }] },
});
const modified = (name: string, waiting?: string): WatchEvent => ({ type: 'modified', object: pod(name, waiting) });
const CRASH = 'CrashLoopBackOff';

describe('changes of pods', () => {
  let looks: number;
  let changes: PodChanges;
  beforeEach(() => {
    jest.useFakeTimers();
    looks = 0;
    changes = new PodChanges(() => (looks += 1));
  });
  afterEach(() => {
    changes.stop();
    jest.useRealTimers();
  });

  it('lead to a look at once; those that follow closely, to one more', () => {
    changes.take({ type: 'synced', objects: [] });
    expect(looks).toBe(1);
    for (let i = 0; i < 5; i += 1) changes.take(modified('a'));
    expect(looks).toBe(1);
    jest.advanceTimersByTime(100);
    expect(looks).toBe(2);
    jest.advanceTimersByTime(1_000);
    expect(looks).toBe(2);
    changes.take({ type: 'deleted', object: pod('a') });
    expect(looks).toBe(3);
  });

  it('never wait where a pod begins to fail, and do where it fails on', () => {
    changes.take(modified('a'));
    changes.take(modified('a', CRASH));
    expect(looks).toBe(2);
    changes.take(modified('b', 'ImagePullBackOff'));
    expect(looks).toBe(3);
    for (let i = 0; i < 5; i += 1) changes.take(modified('a', CRASH));
    expect(looks).toBe(3);
    jest.advanceTimersByTime(100);
    expect(looks).toBe(4);
  });

  it('count as new where a pod fails again, or another one of its name does', () => {
    changes.take({ type: 'synced', objects: [pod('a', CRASH), pod('b', CRASH)] });
    expect(looks).toBe(1);
    changes.take(modified('a', CRASH));
    expect(looks).toBe(1);
    changes.take(modified('a'));
    changes.take(modified('a', CRASH));
    expect(looks).toBe(2);
    changes.take({ type: 'deleted', object: pod('b', CRASH) });
    changes.take({ type: 'added', object: pod('b', CRASH) });
    expect(looks).toBe(3);
  });

  it('lead to no look once nothing is followed any more', () => {
    changes.take(modified('a'));
    changes.take(modified('a'));
    changes.stop();
    jest.advanceTimersByTime(1_000);
    expect(looks).toBe(1);
  });
});
