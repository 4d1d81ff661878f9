import type { StoredEvent } from '@alloy/contracts';
import { timeline } from './timeline';

const at = (ms: number, type: string, data: unknown): StoredEvent =>
  ({ type, data, occurredAt: new Date(Date.UTC(2026, 0, 1) + ms).toISOString() }) as StoredEvent;
const ref = { step: 2, attempt: 1, decision: 9 };

it('the timeline of the demo shows decisions, shifts of traffic and verdicts with the seconds since the request', () => {
  const lines = timeline([
    at(0, 'ReleaseRequested', { image: 'web', imageTag: 'v3-errors', strategy: 'canary', commitSha: 'abc123' }),
    at(300, 'GateOpened', { deadline: 600 }),
    at(900, 'StepCompleted', { ...ref, reason: { code: 'ready', text: 'ready' } }),
    at(1500, 'TrafficShifted', { ...ref, asked: 17, reached: 16.7, canaryReady: 1, stableReady: 5 }),
    at(6500, 'VerdictReached', { ...ref, verdict: 'fail', detail: 'error rate 20 %' }),
    at(6600, 'RollbackDecided', { reason: { code: 'error_rate', text: 'error rate 20 %' }, to: null, replicas: 5, attempt: 1 }),
  ]);
  expect(lines).toEqual([
    '   0.0 s  Requested web:v3-errors (canary, commit abc123)',
    '   1.5 s  Shifted 16.7 % of the traffic to the canary (requested: 17 %)',
    '   6.5 s  Verdict fail: error rate 20 %',
    '   6.6 s  Decided to roll back: error rate 20 %',
  ]);
});
