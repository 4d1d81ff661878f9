import type { V1DeploymentCondition } from '@kubernetes/client-node';
import { findBlocked, type Deployment, type Json } from '@alloy/cluster';
import type { KubeObject } from '@alloy/contracts';
import { isSameBlocked } from './blocked';

type Condition = Json<V1DeploymentCondition>;

const failed = (message: string, over: Partial<Condition> = {}): Condition =>
  ({ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message, ...over });
const deployment = (...conditions: readonly Condition[]): Deployment => ({
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web-canary', generation: 3 },
  spec: { selector: {}, template: { spec: { containers: [] } } }, status: { observedGeneration: 3, conditions },
});
const pod = (condition: Condition, metadata: Partial<KubeObject['metadata']> = {}): KubeObject =>
  ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', ...metadata }, status: { phase: 'Pending', conditions: [condition] } });
const unschedulable: Condition = {
  type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/3 nodes are available: 3 Insufficient memory.',
};

describe('findBlocked', () => {
  it.each([
    [
      'QuotaExceeded',
      'pods "web-7d9-x1" is forbidden: exceeded quota: small, requested: pods=1, used: pods=5, limited: pods=5',
      'exceeded quota: small, requested: pods=1, used: pods=5, limited: pods=5',
    ],
    [
      'QuotaExceeded',
      'pods "web-7d9-x1" is forbidden: status unknown for quota: small, resources: pods',
      'status unknown for quota: small, resources: pods',
    ],
    [
      'AdmissionDenied',
      'pods "web-7d9-x1" is forbidden: failed quota: small: must specify limits.cpu for: web',
      'failed quota: small: must specify limits.cpu for: web',
    ],
    [
      'AdmissionDenied',
      'pods "web-7d9-x1" is forbidden: ValidatingAdmissionPolicy \'p\' with binding \'p\' denied request: v2 is not signed',
      'ValidatingAdmissionPolicy \'p\' with binding \'p\' denied request: v2 is not signed',
    ],
    [
      'AdmissionDenied',
      'pods "web-7d9-x1" is forbidden: violates PodSecurity "restricted:latest": privileged\n  (container "web")',
      'violates PodSecurity "restricted:latest": privileged (container "web")',
    ],
    [
      'AdmissionDenied',
      'admission webhook "policy.example" denied the request: no',
      'admission webhook "policy.example" denied the request: no',
    ],
    [
      'CreateFailed',
      'Internal error occurred: failed calling webhook "inject.example": connection refused',
      'Internal error occurred: failed calling webhook "inject.example": connection refused',
    ],
    ['CreateFailed', 'x'.repeat(400), 'x'.repeat(300)],
  ])('derives %s from the message of the condition ReplicaFailure', (cause, message, detail) => {
    expect(findBlocked(deployment(failed(message)), [])).toEqual({ cause, detail });
  });

  it('returns the message of a pod that is not scheduled', () => {
    expect(findBlocked(deployment(), [pod(unschedulable)])).toEqual({ cause: 'Unschedulable', detail: unschedulable.message });
    expect(findBlocked(deployment(), [pod({ ...unschedulable, reason: 'SchedulingGated', message: undefined as never })])).toEqual({
      cause: 'Unschedulable', detail: 'SchedulingGated',
    });
  });

  it('reports a Deployment that a user has paused, and how to resume it', () => {
    const paused = { ...deployment(), spec: { ...deployment().spec, paused: true } };
    expect(findBlocked(paused, [pod(unschedulable)])).toEqual({
      cause: 'Paused',
      detail: 'Deployment web-canary is paused (kubectl rollout pause): resume it with kubectl rollout resume deployment/web-canary',
    });
  });

  it.each<[string, Deployment, readonly KubeObject[]]>([
    ['a condition that has passed', deployment(failed('exceeded quota: small', { status: 'False' })), []],
    ['pods that could not be deleted', deployment(failed('no', { reason: 'FailedDelete' })), []],
    ['a condition of an older spec', { ...deployment(failed('exceeded quota: small')), metadata: { name: 'web', generation: 4 } }, []],
    ['a pod that is scheduled', deployment(), [pod({ ...unschedulable, status: 'True' })]],
    ['a pod that is terminating', deployment(), [pod(unschedulable, { deletionTimestamp: '2026-01-01T00:00:00Z' })]],
  ])('finds nothing in %s', (_name, live, pods) => expect(findBlocked(live, pods)).toBeUndefined());
});

describe('isSameBlocked', () => {
  const recorded = { cause: 'QuotaExceeded', detail: 'exceeded quota: small, used: pods=5', at: '' } as const;
  it.each([
    ['the numbers differ', { cause: 'QuotaExceeded', detail: 'exceeded quota: small, used: pods=7' } as const, true],
    ['another quota is exceeded', { cause: 'QuotaExceeded', detail: 'exceeded quota: other, used: pods=5' } as const, false],
    ['the cause is another one', { cause: 'AdmissionDenied', detail: recorded.detail } as const, false],
    ['it has passed', undefined, false],
  ])('compares cause and message without numbers if %s', (_name, found, isSame) => expect(isSameBlocked(recorded, found)).toBe(isSame));
});
