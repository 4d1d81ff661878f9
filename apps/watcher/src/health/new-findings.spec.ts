import type { Current } from '@alloy/release';
import type { HealthFinding } from './findings';
import { newFindings } from './new-findings';

const target = { cluster: 'default', namespace: 'shop' };
const split = { canary: 1, stable: 5 };
const scale = { spec: { kind: 'scaleCanary', target, deadline: 8, split } } as Current;
const shift = { spec: { kind: 'shiftTraffic', target, deadline: 8, weight: 17, split } } as Current;

const pods = { step: 1, attempt: 1, decision: 7, track: 'canary', generation: 3, desired: 1, ready: 1 } as const;
const ready: HealthFinding = { type: 'WorkloadBecameReady', data: pods };
const degraded: HealthFinding = { type: 'WorkloadDegraded', data: { ...pods, ready: 0, cause: 'CrashLoopBackOff', pod: 'web-canary-1', restarts: 3, detail: 'keeps crashing' } };

describe('newFindings', () => {
  it('keeps each finding of a step that waits for pods, whatever earlier steps recorded', () => {
    expect(newFindings([ready], scale, [ready])).toEqual([ready]);
  });

  it('drops from a step that waits for no pods what the last finding on the track says already', () => {
    expect(newFindings([ready], shift, [ready])).toEqual([]);
    expect(newFindings([ready], shift, [degraded, ready, { type: 'TrafficShifted', data: {} }])).toEqual([]);
  });

  it.each<[string, readonly HealthFinding[]]>([
    ['nothing was recorded', []],
    ['another number of pods was ready', [{ type: 'WorkloadProgressed', data: { ...pods, ready: 0 } }]],
    ['another number of pods was desired', [{ type: 'WorkloadBecameReady', data: { ...pods, desired: 3 } }]],
    ['the workload was degraded since', [ready, degraded]],
    ['only the other track was recorded', [{ type: 'WorkloadBecameReady', data: { ...pods, track: 'stable' } }]],
  ])('keeps it where %s', (_name, events) => {
    expect(newFindings([ready], shift, events)).toEqual([ready]);
  });

  it('keeps a degraded pod in every step: the decision waits for it', () => {
    expect(newFindings([degraded], shift, [degraded])).toEqual([degraded]);
  });
});
