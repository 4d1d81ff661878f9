import { policySchema } from '@alloy/policy';
import type { Payloads, Reason, ReleaseEvent } from '@alloy/release';

/** Payloads for tests; every number is arbitrary. */
export const reason: Reason = { code: 'asked_for', rule: 'test', text: 'because a test says so', evidence: {} };

export const requested = (tag = 'v1'): ReleaseEvent => ({
  type: 'ReleaseRequested',
  data: {
    strategy: 'auto', image: 'registry.example/shop/web', imageTag: tag, commitSha: 'abc123',
    artifact: `digest-${tag}`,
    workload: 'web',
    replicas: 5,
    retryOf: null,
    rollbackOf: null,
  },
});

const target = { cluster: 'default', namespace: 'shop' };
const plan: Payloads['ReleasePlanned']['plan'] = {
  strategy: 'rollout', router: 'podRatio', replicas: 5,
  steps: [
    { kind: 'apply', target, deadline: 8 },
    { kind: 'promote', target, deadline: 8, replicas: 5 },
    { kind: 'retire', target, deadline: 8 },
  ],
};

export const planned = (slotCounter: number): ReleaseEvent => ({
  type: 'ReleasePlanned',
  data: { plan, policy: policySchema.parse({}), slotCounter, stable: null, reason },
});
export const started = (step: number, decision: number): ReleaseEvent => ({
  type: 'StepStarted',
  data: { step, attempt: 1, decision, spec: plan.steps[step]! },
});
export const completed = (step: number, decision: number): ReleaseEvent => ({
  type: 'StepCompleted',
  data: { step, attempt: 1, decision, reason },
});
export const promoting: ReleaseEvent = { type: 'PromotionDecided', data: { reason } };
export const promoted: ReleaseEvent = { type: 'ReleasePromoted', data: { reason } };
export const queued = (behind: string): ReleaseEvent => ({ type: 'ReleaseQueued', data: { behind } });
export const inspected: ReleaseEvent = {
  type: 'TargetInspected',
  data: { exists: false, replicas: 0, ready: 0, owner: 'none', hpa: false, refusal: null },
};
