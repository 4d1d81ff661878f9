import type { BlockedCause } from '../events';
import { after, blocked, followerObserved, given, happyUntil, noAccess, progressed, ready, scaled, stale, unblocked } from '../testing';

const hindrance = (cause: BlockedCause): string =>
  cause === 'Paused' ? 'are not replaced' : `can't be ${cause === 'Unschedulable' ? 'scheduled' : 'created'}`;
const decided = (code: string, text: string) => ({
  type: 'RollbackDecided' as const,
  reason: expect.objectContaining({ code, text: expect.stringContaining(text) }),
});

describe('pods that cannot be created or scheduled', () => {
  it.each<[BlockedCause, string, string]>([
    ['QuotaExceeded', 'quota_exceeded', 'exceeded quota: small, requested: pods=1, used: pods=5, limited: pods=5'],
    ['AdmissionDenied', 'admission_denied', "ValidatingAdmissionPolicy 'signed' with binding 'signed' denied request: v2 is not signed"],
    ['CreateFailed', 'pods_not_created', 'Internal error occurred: failed calling webhook "inject.example"'],
    ['Unschedulable', 'unschedulable', '0/3 nodes are available: 3 Insufficient memory.'],
    ['Paused', 'workload_paused', 'Deployment web is paused (kubectl rollout pause)'],
  ])('do not end the release before its deadline, and the reason names the cause (%s)', (cause, code, detail) => {
    given(happyUntil('scaleCanary'), scaled(), after(1))
      .when(blocked(cause, detail))
      .then()
      .when(after(6.999))
      .then()
      .when(after(0.001))
      .then({
        ...decided(
          code,
          `0 of 1 canary pods ready, no progress of scaleCanary for 8 s; pods ${hindrance(cause)}: ${detail} (since 2026-01-01T00:00:01.000Z)`,
        ),
      });
  });

  it('do not end a release that gets its pods in time', () => {
    given(happyUntil('scaleCanary'), scaled(), blocked('QuotaExceeded', 'exceeded quota: small'), after(7))
      .when(ready())
      .then('StepCompleted', 'StepStarted')
      .thenState({ current: { blocked: null } });
  });

  it('are not named as the reason once the cause is over and the pods still do not become ready', () => {
    given(happyUntil('scaleCanary'), scaled(), blocked('QuotaExceeded', 'exceeded quota: small'), after(4), unblocked())
      .when(after(4))
      .then({
        type: 'RollbackDecided',
        reason: expect.objectContaining({
          code: 'progress_deadline',
          text: '0 of 1 canary pods ready, no progress of scaleCanary for 8 s; it waited for 1 ready pod of Deployment web-canary; see kubectl -n shop describe deployment web-canary, and its pods',
        }),
      });
  });

  it('remain the reason if only some pods became ready', () => {
    given(happyUntil('promote'), scaled(), blocked('QuotaExceeded', 'exceeded quota: small'), progressed(2), after(8)).thenState({
      status: 'rollingBack',
      rollbackReason: { code: 'quota_exceeded', evidence: { blocked: 'QuotaExceeded', ready: 2, desired: 5 } },
    });
  });

  it('are named after an unreachable cluster, whose state is unknown', () => {
    given(happyUntil('scaleCanary'), blocked('QuotaExceeded', 'exceeded quota: small'), noAccess('unreachable', 'check its API server'))
      .when(after(8))
      .then(decided('unreachable', 'check its API server'));
  });

  it('of an earlier attempt have no effect', () => {
    given(happyUntil('scaleCanary'))
      .when(stale(blocked('QuotaExceeded', 'exceeded quota: small')))
      .then()
      .thenState({ current: { blocked: null } });
  });

  it('are the reason of an analysis that ends without a verdict', () => {
    given(happyUntil('analyse'), blocked('QuotaExceeded', 'exceeded quota: small'))
      .when(after(10))
      .then(decided('inconclusive', "pods can't be created: exceeded quota: small"));
  });

  it('of the stable version are named by a stuck rollback', () => {
    given(happyUntil('scaleCanary'), after(8), blocked('AdmissionDenied', 'denied request: v1 is too old'))
      .when(after(8))
      .then({
        type: 'ReleaseStuck',
        reason: expect.objectContaining({
          code: 'rollback_deadline',
          text: expect.stringContaining("pods can't be created: denied request: v1 is too old"),
        }),
      });
  });
});

describe('a follower that is not ready', () => {
  const timedOut = (...observed: ReadonlyArray<ReturnType<typeof followerObserved>>) =>
    given(happyUntil('retire'), after(1), ...observed).when(after(7));

  it('is named by the reason of the deadline, with its pods and what the cluster reports', () => {
    timedOut(followerObserved('Unschedulable', '0/3 nodes are available')).then({
      type: 'RollbackDecided',
      reason: expect.objectContaining({
        code: 'unschedulable',
        text: expect.stringMatching(
          /no progress of retire for 8 s; StatefulSet db: 0 of 2 pods ready, pods can't be scheduled: 0\/3 nodes are available \(since .*:16.*\): add a node.*; it waited for StatefulSet db$/,
        ),
        evidence: expect.objectContaining({ follower: 'StatefulSet/db', followerReady: 0, followerDesired: 2, blocked: 'Unschedulable' }),
      }),
    });
  });

  it('is named with the command that shows more, if its pods only do not become ready', () => {
    timedOut(followerObserved('NotReady', 'pod db-1 is not ready', 1)).then({
      type: 'RollbackDecided',
      reason: expect.objectContaining({
        code: 'progress_deadline',
        text: expect.stringMatching(/StatefulSet db: 1 of 2 pods ready, pod db-1 is not ready .*: see kubectl -n shop describe statefulset db, and/),
      }),
    });
  });

  it('is not named once it is ready, and its cause counts from its first observation', () => {
    timedOut(followerObserved('Unschedulable'), followerObserved(null)).then({
      type: 'RollbackDecided',
      reason: expect.objectContaining({ code: 'progress_deadline', text: expect.not.stringContaining('StatefulSet') }),
    });
    given(happyUntil('retire'), followerObserved('NotReady'), after(3), followerObserved('NotReady', 'no details', 1)).thenState({
      current: { follower: { ready: 1, since: '2026-01-01T00:00:15.000Z', count: 2 } },
    });
  });

  it('of an earlier step has no effect', () => {
    given(happyUntil('retire')).when(stale(followerObserved('Unschedulable'))).then().thenState({ current: { workload: null } });
  });
});
