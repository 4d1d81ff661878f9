import type { DegradedCause, DriftedField } from '../events';
import { given, happyUntil } from '../testing';
import { currentOf } from '../testing/facts';
import type { Current } from '../current';
import { rulesOf } from '../step-kinds/registry';
import { noteAbsence, withAbsence } from './absence';
import { blockedText } from './blocked';
import { accessSuffix, isClusterFailure, evidenceOf } from './access';
import { deadlineReason } from './deadline';
import { degradedReason } from './degraded';
import { driftReason, noteDrift } from './drift';
import { reason } from './reason';
import { inconclusiveReason, failedReason } from './verdict';

const ref = { step: 1, attempt: 1, decision: 7 };
const workload = { track: 'canary', generation: 1, desired: 3, ready: 2 } as const;
const access = { refusal: { code: 'unreachable', text: 'no answer' }, at: '2026-01-01T00:00:03.000Z', by: 'executor' } as const;

describe('the text of a release whose pods fit on no node', () => {
  const more = "add a node, free one, or lower the pods' requests";
  const other = "add a node that the pods' nodeSelector, affinity and tolerations allow, or change these";
  it.each([
    ['0/3 nodes are available: 3 Insufficient cpu.', more],
    ["0/2 nodes are available: 1 Insufficient cpu, 1 node(s) didn't match Pod's node affinity/selector.", more],
    ["0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.", other],
    ['0/1 nodes are available: 1 node(s) had untolerated taint(s).', other],
    ['0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.', 'see that the volumes of the pods can be bound'],
    ['0/1 nodes are available: 1 node(s) were unschedulable.', 'uncordon a node, or add one'],
  ])('ends for %j with what to do', (detail, advice) => {
    expect(blockedText({ cause: 'Unschedulable', detail })).toBe(`pods can't be scheduled: ${detail}; ${advice}`);
  });
});

describe('the reason of a degraded pod', () => {
  it.each<[DegradedCause, string, string]>([
    ['CrashLoopBackOff', 'crash_loop', 'pod web-1 keeps crashing (CrashLoopBackOff), 2 of 3 canary pods ready'],
    ['ImagePullBackOff', 'image_pull', "pod web-1 can't pull its image (ImagePullBackOff), 2 of 3 canary pods ready"],
    ['OOMKilled', 'out_of_memory', 'pod web-1 was killed because it ran out of memory (OOMKilled), 2 of 3 canary pods ready'],
    ['ConfigError', 'config_error', "pod web-1 can't start with its configuration (ConfigError), 2 of 3 canary pods ready"],
    ['Unschedulable', 'unschedulable', "pod web-1 can't be scheduled (Unschedulable), 2 of 3 canary pods ready"],
    ['QuotaExceeded', 'quota_exceeded', "pod web-1 can't be created, the quota is used up (QuotaExceeded), 2 of 3 canary pods ready"],
  ])('%s is %s', (cause, code, text) => {
    expect(degradedReason({ ...ref, ...workload, cause, pod: 'web-1', restarts: 0, detail: '' })).toEqual({
      code,
      rule: `health.${cause}`,
      text,
      evidence: { cause, pod: 'web-1', restarts: 0, track: 'canary', ready: 2, desired: 3 },
    });
  });

  it.each([
    [1, '', ' after 1 restart, 2 of 3 canary pods ready'],
    [2, 'exit code 1', ' after 2 restarts, 2 of 3 canary pods ready: exit code 1'],
  ])('names %d restarts and the detail %j', (restarts, detail, end) => {
    expect(degradedReason({ ...ref, ...workload, cause: 'CrashLoopBackOff', pod: 'web-1', restarts, detail }).text).toBe(
      `pod web-1 keeps crashing (CrashLoopBackOff)${end}`,
    );
  });
});

describe('the reason of drift', () => {
  const replicas: DriftedField = { path: 'spec.replicas', expected: 5, found: 7 };
  const image: DriftedField = { path: 'spec.template.spec.containers[web].image', expected: null, found: null };
  it.each<[string, string | null, DriftedField[], string, object]>([
    [
      'the number of pods',
      'kubectl',
      [replicas],
      'Deployment web was changed by kubectl: spec.replicas is 7 instead of 5',
      { manager: 'kubectl', expected: 5, found: 7 },
    ],
    [
      'a number without an expected value',
      'kubectl',
      [{ ...replicas, expected: null }],
      'Deployment web was changed by kubectl: spec.replicas is 7',
      { manager: 'kubectl', expected: null, found: 7 },
    ],
    [
      'only the path of other fields, which may be secret',
      'kubectl',
      [image],
      `Deployment web was changed by kubectl: ${image.path}`,
      { manager: 'kubectl' },
    ],
    [
      'all changes, and the first number as evidence',
      null,
      [image, replicas],
      `Deployment web was changed by another client: ${image.path}, spec.replicas is 7 instead of 5`,
      { manager: null, expected: 5, found: 7 },
    ],
  ])('names %s', (_, manager, fields, text, evidence) => {
    expect(driftReason({ object: { kind: 'Deployment', name: 'web' }, manager, fields })).toEqual({
      code: 'drifted', rule: 'cluster', text,
      evidence: { object: 'Deployment/web', ...evidence },
    });
  });
});

describe('a change by another client', () => {
  const why = { code: 'progress_deadline', rule: 'r', text: 'no progress', evidence: { step: 'promote' } } as const;
  const at = '2026-01-01T00:00:05.000Z';
  const changed = (paths: readonly string[]) => ({
    object: { kind: 'Deployment', name: 'web' }, manager: 'argocd-controller', at,
    fields: paths.map((path) => ({ path, expected: null, found: null })),
  });
  it.each([
    [['a'], 'a'],
    [['a', 'b', 'c'], 'a, b, c'],
    [['a', 'b', 'c', 'd', 'e'], 'a, b, c and 2 more'],
  ])('is appended to the reason of a deadline with at most three fields: %j', (paths, named) =>
    expect(noteDrift(why, changed(paths))).toEqual({
      ...why,
      text: `no progress; Deployment web was changed by argocd-controller: ${named} (since ${at})`,
      evidence: { step: 'promote', changedBy: 'argocd-controller', changedAt: at },
    }),
  );
  it('is not mentioned if there was none', () => expect(noteDrift(why, undefined)).toBe(why));
});

describe('the reason of a deadline', () => {
  const current = (kind: Parameters<typeof happyUntil>[0], over: Partial<Current> = {}): Current => ({
    ...currentOf(given(happyUntil(kind)).state),
    ...over,
  });
  const base = { deadline: 8, progressedAt: '2026-01-01T00:00:00.000Z', mostReady: 0, effectDone: false };

  it.each<[string, Current, 'progress_deadline' | 'rollback_deadline', string, string, object]>([
    [
      'pods that the step waits for',
      current('scaleCanary'),
      'progress_deadline',
      'progress_deadline',
      '0 of 1 canary pods ready, no progress of scaleCanary for 8 s; it waited for Deployment web-canary to be scaled, and 1 ready pod of it; see kubectl -n shop describe deployment web-canary, and its pods',
      { step: 'scaleCanary', track: 'canary', ready: 0, desired: 1 },
    ],
    [
      'the last observed pods',
      current('scaleCanary', { workload, mostReady: 2, effectDone: true }),
      'progress_deadline',
      'progress_deadline',
      '2 of 1 canary pods ready, no progress of scaleCanary for 8 s; it waited for 1 ready pod of Deployment web-canary; see kubectl -n shop describe deployment web-canary, and its pods',
      { step: 'scaleCanary', track: 'canary', ready: 2, desired: 1, mostReady: 2, effectDone: true },
    ],
    [
      'no pods where the step waits for none',
      current('apply'),
      'progress_deadline',
      'progress_deadline',
      'no progress of apply for 8 s; it waited for the objects of the new version to be created',
      { step: 'apply', track: null, ready: 0, desired: null },
    ],
    [
      'observed pods of a step that waits for none',
      current('apply', { workload }),
      'rollback_deadline',
      'rollback_deadline',
      '2 of 3 canary pods ready, no progress of apply for 8 s; it waited for the objects of the new version to be created',
      { step: 'apply', track: 'canary', ready: 2, desired: 3 },
    ],
    [
      'the cluster, if it was not accessible',
      current('apply', { access }),
      'progress_deadline',
      'unreachable',
      'no progress of apply for 8 s; no answer (seen at 2026-01-01T00:00:03.000Z); it waited for the objects of the new version to be created',
      { step: 'apply', track: null, ready: 0, desired: null, access: 'unreachable', accessFailedAt: access.at },
    ],
    [
      'the rollback, even if the cluster was not accessible',
      current('apply', { access }),
      'rollback_deadline',
      'rollback_deadline',
      'no progress of apply for 8 s; no answer (seen at 2026-01-01T00:00:03.000Z); it waited for the objects of the new version to be created',
      { step: 'apply', track: null, ready: 0, desired: null, access: 'unreachable', accessFailedAt: access.at },
    ],
  ])('names %s', (_, given_, asked, code, text, evidence) => {
    const rule = 'policy.progressDeadline';
    expect(deadlineReason(asked, given_, 'web')).toEqual({ code, rule, text, evidence: { ...base, ...evidence } });
  });
});

describe('time that a deadline did not count', () => {
  const why = reason('progress_deadline', 'policy.progressDeadline', 'no progress');
  it.each([
    [{ seconds: 44.4, of: ['executor'] as const }, 'no progress; the deadline did not count 44 s in which the executor was absent'],
    [
      { seconds: 10, of: ['executor', 'watcher'] as const },
      'no progress; the deadline did not count 10 s in which the executor and the watcher were absent',
    ],
    [
      { seconds: 10, of: ['executor'] as const, writing: 0.9 },
      'no progress; the deadline did not count 10 s in which the executor was absent',
    ],
    [
      { seconds: 10, of: ['executor'] as const, writing: 1 },
      'no progress; the deadline did not count 10 s in which the executor was absent or writing (1 s)',
    ],
    [
      { seconds: 10, of: ['executor'] as const, writing: 6.6 },
      'no progress; the deadline did not count 10 s in which the executor was absent or writing (7 s)',
    ],
  ])('is appended to the reason: %j', (absence, text) => {
    expect(noteAbsence(why, absence)).toEqual({ ...why, text });
    expect(withAbsence({ type: 'ReleaseStuck', data: { reason: why } }, absence)).toEqual({
      type: 'ReleaseStuck',
      data: { reason: why, absence },
    });
  });
  it('is not mentioned if all time counted', () => {
    expect(noteAbsence(why, undefined)).toBe(why);
    expect(withAbsence({ type: 'ReleaseStuck', data: { reason: why } }, undefined)).toEqual({
      type: 'ReleaseStuck',
      data: { reason: why },
    });
  });
});

describe('a refusal', () => {
  it.each(['unreachable', 'unauthorized', 'forbidden', 'namespace_missing'] as const)('%s is caused by the cluster', (code) =>
    expect(isClusterFailure(code)).toBe(true),
  );
  it.each([
    'foreign_owner', 'selector_immutable', 'service_change_needs_blue_green', 'strategy_unsupported',
    'admission_denied', 'invalid_object', 'artifact_unreadable', 'workload_paused', 'rollout_stuck', 'workload_renamed',
    'pods_overlap',
  ] as const)('%s is caused by the release', (code) => expect(isClusterFailure(code)).toBe(false));
  it('is named with its time', () => {
    expect([accessSuffix(null), accessSuffix(access)]).toEqual(['', '; no answer (seen at 2026-01-01T00:00:03.000Z)']);
    expect([evidenceOf(null), evidenceOf(access)]).toEqual([{}, { access: 'unreachable', accessFailedAt: access.at }]);
  });
});

describe('the reason of a step that is done', () => {
  const weights = { asked: 17, reached: 16.66 };
  const of = (
    kind: Parameters<typeof happyUntil>[0],
    over: Partial<Current> = {},
    shifted: { asked: number; reached: number | null } = weights,
  ) => {
    const current = { ...currentOf(given(happyUntil(kind)).state), ...over };
    return rulesOf(current.spec).doneReason(current, shifted);
  };
  it.each([
    ['apply', of('apply'), { rule: 'step.apply', text: 'the objects that the new version needs exist', evidence: {} }],
    [
      'scaleCanary',
      of('scaleCanary', { workload }),
      { rule: 'step.scaleCanary', text: '1 canary pods are ready', evidence: { canary: 1, ready: 2 } },
    ],
    [
      'scaleCanary without a finding',
      of('scaleCanary'),
      { rule: 'step.scaleCanary', text: '1 canary pods are ready', evidence: { canary: 1, ready: null } },
    ],
    [
      'shiftTraffic',
      of('shiftTraffic'),
      {
        rule: 'step.shiftTraffic',
        text: '16.7 % of the traffic reaches the canary (requested: 17 %)',
        evidence: { asked: 17, reached: 16.66 },
      },
    ],
    [
      'shiftTraffic, nothing known',
      of('shiftTraffic', {}, { asked: 17, reached: null }),
      {
        rule: 'step.shiftTraffic',
        text: 'an unknown share of the traffic reaches the canary (requested: 17 %)',
        evidence: { asked: 17, reached: null },
      },
    ],
    [
      'promote',
      of('promote', { workload }),
      { rule: 'step.promote', text: '5 pods of the new version are ready and receive all traffic', evidence: { replicas: 5, ready: 2 } },
    ],
    [
      'promote without a finding',
      of('promote'),
      { rule: 'step.promote', text: '5 pods of the new version are ready and receive all traffic', evidence: { replicas: 5, ready: null } },
    ],
    ['retire', of('retire'), { rule: 'step.retire', text: 'the canary and leftovers of earlier releases are removed', evidence: {} }],
    ['analyse', of('analyse'), { rule: 'step.analyse', text: 'analyse is done', evidence: {} }],
  ])('states the result: %s', (_, found, expected) => expect(found).toEqual({ code: 'step_done', ...expected }));
});

describe('the reason of a verdict', () => {
  const numbers = {
    canaryRequests: 9, canaryErrors: 0, canaryErrorRate: 0, baselineRequests: 9, baselineErrors: 0,
    baselineErrorRate: 0, threshold: 0.01, minRequests: 50, measurements: null,
  };
  const { spec } = currentOf(given(happyUntil('analyse')).state);
  if (spec.kind !== 'analyse') throw new Error('no analysis');

  it.each([
    ['error_rate', 'error_rate'],
    ['unhealthy', 'unhealthy'],
    ['no_metrics_endpoint', 'no_metrics_endpoint'],
    ['too_few_requests', 'inconclusive'],
    ['no_data', 'inconclusive'],
    ['within_limits', 'inconclusive'],
    ['healthy', 'inconclusive'],
    ['several_processes', 'several_processes'],
    ['counters_fell', 'counters_fell'],
    ['requests_uncounted', 'requests_uncounted'],
  ] as const)('%s gives the code %s', (code, expected) => {
    const verdict = { verdict: 'inconclusive', code, observedSeconds: 10, numbers, detail: 'so it is' } as const;
    expect(failedReason(spec, verdict)).toEqual({
      code: expected, rule: 'analysis.metrics', text: 'so it is',
      evidence: { verdict: 'inconclusive', verdictCode: code, ...numbers, weight: 17, observedSeconds: 10 },
    });
    expect(inconclusiveReason(spec, { verdict, access, blocked: null, workload: null })).toEqual({
      code: expected,
      rule: 'analysis.deadline',
      text: 'still inconclusive at 17 % after 10 s: so it is; no answer (seen at 2026-01-01T00:00:03.000Z)',
      evidence: {
        verdict: 'inconclusive', verdictCode: code, ...numbers, observedSeconds: 10, weight: 17, duration: 5,
        deadline: 10, access: 'unreachable', accessFailedAt: access.at,
      },
    });
  });

  it('is inconclusive if no verdict was reached', () => {
    expect(inconclusiveReason(spec, { verdict: null, access: null, blocked: null, workload: null })).toEqual({
      code: 'inconclusive',
      rule: 'analysis.deadline',
      text: 'still inconclusive at 17 % after 10 s: no verdict was reached',
      evidence: { verdict: null, weight: 17, duration: 5, deadline: 10 },
    });
    const workload = { track: 'canary', generation: 1, desired: 2, ready: 1 } as const;
    expect(inconclusiveReason(spec, { verdict: null, access: null, blocked: null, workload }).text)
      .toBe('still inconclusive at 17 % after 10 s: no verdict was reached, 1 of 2 canary pods were ready');
  });
});
