import type { Current } from '@alloy/release';
import type { HealthFinding } from './findings';
import { newFindings } from './new-findings';

const target = { cluster: 'default', namespace: 'shop' };
const split = { canary: 1, stable: 5 };
const scale = { ref: { decision: 7 }, spec: { kind: 'scaleCanary', target, deadline: 8, split } } as Current;
const shift = { ref: { decision: 7 }, spec: { kind: 'shiftTraffic', target, deadline: 8, weight: 17, split } } as Current;

const pods = { step: 1, attempt: 1, decision: 7, track: 'canary', generation: 3, desired: 1, ready: 1 } as const;
const ready: HealthFinding = { type: 'WorkloadBecameReady', data: pods };
const degraded: HealthFinding = { type: 'WorkloadDegraded', data: {
  ...pods, ready: 0, cause: 'CrashLoopBackOff', pod: 'web-canary-1', restarts: 3, detail: 'keeps crashing',
} };

describe('newFindings', () => {
  it('keeps each finding of a step that waits for pods, even if an earlier step recorded the same', () => {
    expect(newFindings([ready], scale, [ready])).toEqual([ready]);
  });

  it('drops a finding that equals the last one of its track, in a step that waits for no pods', () => {
    expect(newFindings([ready], shift, [ready])).toEqual([]);
    expect(newFindings([ready], shift, [degraded, ready, { type: 'TrafficShifted', data: {} }])).toEqual([]);
  });

  it.each<[string, readonly HealthFinding[]]>([
    ['nothing was recorded', []],
    ['another number of pods was ready', [{ type: 'WorkloadProgressed', data: { ...pods, ready: 0 } }]],
    ['another number of pods was desired', [{ type: 'WorkloadBecameReady', data: { ...pods, desired: 3 } }]],
    ['the workload was degraded since', [ready, degraded]],
    ['only the other track was recorded', [{ type: 'WorkloadBecameReady', data: { ...pods, track: 'stable' } }]],
  ])('keeps a finding of such a step if %s', (_name, events) => {
    expect(newFindings([ready], shift, events)).toEqual([ready]);
  });

  it('keeps up to ten reports of blocked pods for each decision, in every step', () => {
    const blocked: HealthFinding = {
      type: 'WorkloadBlocked', data: { ...pods, ready: 0, cause: 'QuotaExceeded', detail: 'exceeded quota: small' },
    };
    const unblocked: HealthFinding = { type: 'WorkloadUnblocked', data: { ...pods, ready: 0 } };
    const times = (count: number) => Array.from({ length: count }, () => [blocked, unblocked]).flat();
    for (const step of [scale, shift]) {
      expect(newFindings([blocked], step, times(9))).toEqual([blocked]);
      expect(newFindings([blocked], step, times(10))).toEqual([]);
      expect(newFindings([unblocked], step, [...times(9), blocked])).toEqual([unblocked]);
    }
  });

  it('keeps a degraded pod in every step, because the decision to roll back depends on it', () => {
    expect(newFindings([degraded], shift, [degraded])).toEqual([degraded]);
  });
});
