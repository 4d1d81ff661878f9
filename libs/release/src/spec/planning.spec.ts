import type { Payloads, Reason } from '../events';
import {
  abortedBy, adopted, adoptedV0, atOnce, given, happyUntil, inspected, inspection, meanwhile, nothingRuns, pausedBy,
  policy, probe, requested, stableV1, expedited, waiter, type Item,
} from '../testing';

const hotfix = { ...stableV1, artifact: 'a1-changed', imageTag: 'hotfix' };
const path = 'spec.template.spec.containers[web].image';
const live = { release: 'R1', image: 'shop:hotfix', matches: false, stable: 'v1', differences: [path] };

describe('the plan of a release over a changed workload', () => {
  const planOf = (...items: readonly Item[]) =>
    given(...items).log.find(({ type }) => type === 'ReleasePlanned')!.data as Payloads['ReleasePlanned'];

  it('rolls back to the adopted version, and names what runs in place of the recorded version', () => {
    const { stable, reason } = planOf(requested(), adopted(hotfix), inspected({ live }));
    expect(stable).toEqual(hotfix);
    expect(reason).toMatchObject({
      code: 'has_stable',
      text: `stable version: hotfix; another client changed the workload (${path}): shop:hotfix runs, and not v1. A rollback restores hotfix, which is not judged`,
      evidence: { runs: 'shop:hotfix', runsRelease: 'R1', recorded: 'v1', differences: path, stable: 'hotfix' },
    });
  });

  it('rolls back to the recorded version if nothing was adopted', () => {
    const { stable, reason } = planOf(requested(), inspected({ live: { ...live, differences: ['a', 'b', 'c', 'd', 'e'] } }));
    expect(stable).toEqual(stableV1);
    expect(reason.text).toContain('(a, b, c, and 2 more): shop:hotfix runs, and not v1. A rollback restores v1 (onDrift: overwrite)');
  });

  it('rolls back to the recorded version if the pods of what runs cannot start, and names what they need', () => {
    const unstartable = [{ kind: 'Secret', name: 'web-abc' }, { kind: 'ConfigMap', name: 'web' }] as const;
    const { stable, reason } = planOf(requested(), inspected({ live, unstartable }));
    expect(stable).toEqual(stableV1);
    expect(reason.text).toMatch(/runs, and not v1\. Its pods cannot start without Secret web-abc, ConfigMap web, so a rollback restores v1$/);
    expect(reason.evidence).toMatchObject({ missing: 'Secret web-abc, ConfigMap web' });
  });

  it('says why what runs is no version to roll back to if none is recorded', () => {
    const unstartable = [{ kind: 'Secret', name: 'keys' }] as const;
    const planned = given(meanwhile({ stable: null }), requested(), inspected({ unstartable }));
    const { reason, stable } = planned.log.find(({ type }) => type === 'ReleasePlanned')!.data as Payloads['ReleasePlanned'];
    expect(stable).toBeNull();
    expect(reason.text).toMatch(/; the pods of the running Deployment cannot start without Secret keys, so it is no version to roll back to$/);
  });

  it('remembers that a rollback replaces a change, unless it was adopted, or Alloy left it itself', () => {
    const overwrites = (...items: readonly Item[]) =>
      (given(requested(), ...items).state as { readonly overwritesChange?: true }).overwritesChange;
    expect(overwrites(inspected({ live }))).toBe(true);
    expect(overwrites(adopted(hotfix), inspected({ live }))).toBeUndefined();
    expect(overwrites(inspected({ live: { ...live, matches: true } }))).toBeUndefined();
    expect(overwrites(inspected({ live: { ...live, unfinished: true } }))).toBeUndefined();
  });

  it('names the version whose rollback is not finished', () =>
    expect(planOf(requested(), inspected({ live: { ...live, release: 'R0', unfinished: true } })).reason.text).toMatch(
      /; shop:hotfix still runs, because the rollback of release R0 is not finished$/,
    ));

  it('names nothing if the recorded version runs', () =>
    expect(planOf(requested(), inspected({ live: { ...live, matches: true } })).reason.text).toBe('stable version: v1'));

  it('uses the current stable version if the gate has opened again since the adoption', () =>
    expect(
      planOf(
        requested(),
        adopted(hotfix),
        atOnce(inspected({ live }), meanwhile({ slot: { holder: null, counter: 2 }, stable: stableV1 })),
        inspected(),
      ).stable,
    ).toEqual(stableV1));
});

describe('an admitted release', () => {
  it('opens the gate immediately if no release blocks it', () => {
    given().when(requested()).then({ type: 'GateOpened', gate: 'slot', slotCounter: 1 }).thenState({ status: 'gated', inspection: null });
  });

  it('is planned and started as soon as the cluster is inspected', () => {
    given(requested()).when(inspected())
      .then({ type: 'ReleasePlanned', slotCounter: 2, stable: stableV1, policy }, { type: 'StepStarted', step: 0, attempt: 1, decision: 5 })
      .thenState({ status: 'releasing', current: { spec: { kind: 'apply' }, ref: { step: 0, attempt: 1, decision: 5 } } });
  });

  it('records what the inspection found to prune in the plan', () => {
    const prune = {
      objects: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'flags', uid: 'u1' }],
      kept: [{ apiVersion: 'v1', kind: 'Service', name: 'old', why: 'Alloy deletes no Service' }],
    };
    const planned = (more: object) => given(requested(), inspected(more)).log.find(({ type }) => type === 'ReleasePlanned')!.data;
    expect(planned({ prune })).toMatchObject({ plan: { prune } });
    expect(planned({})).not.toHaveProperty('plan.prune');
  });

  it('records the version of the policy in the plan, if the policy has one', () => {
    given(requested()).when(atOnce(meanwhile({ policyVersion: 7 }), inspected()))
      .then({ type: 'ReleasePlanned', policyVersion: 7 }, 'StepStarted')
      .thenState({ policyVersion: 7 });
    expect(given(requested(), inspected()).log.find(({ type }) => type === 'ReleasePlanned')!.data).not.toHaveProperty('policyVersion');
  });

  it('requires a new inspection if another release held the slot meanwhile', () => {
    given(requested())
      .when(atOnce(inspected({ replicas: 3 }), meanwhile({ slot: { holder: null, counter: 2 } })))
      .then({ type: 'GateOpened', slotCounter: 2 })
      .thenState({ status: 'gated', inspection: null })
      .when(inspected({ replicas: 5 }))
      .then({ type: 'ReleasePlanned', slotCounter: 3, plan: expect.objectContaining({ replicas: 5 }) }, 'StepStarted');
  });

  it('is a rollout with the replicas of the manifest if the workload is scaled to zero', () => {
    const plan = (data: unknown) => (data as { plan: { strategy: string; replicas: number } }).plan;
    const planned = (...items: readonly Item[]) => plan(given(...items).log.find(({ type }) => type === 'ReleasePlanned')!.data);
    expect(planned(requested({ strategy: 'canary', replicas: 3 }), inspected({ exists: true, replicas: 0, ready: 0 }))).toMatchObject({
      strategy: 'rollout',
      replicas: 3,
    });
    expect(planned(requested({ strategy: 'canary', replicas: null }), inspected({ exists: true, replicas: 0, ready: 0 }))).toMatchObject({
      strategy: 'rollout',
      replicas: 0,
    });
  });

  it('keeps the one running pod, whatever the manifest requests', () => {
    const data = given(requested({ strategy: 'canary', replicas: 4 }), inspected({ replicas: 1, ready: 1 })).log.find(
      ({ type }) => type === 'ReleasePlanned',
    )!.data as { plan: { replicas: number; steps: readonly { kind: string; replicas?: number; split?: object }[] } };
    expect(data.plan.replicas).toBe(1);
    expect(data.plan.steps.find(({ kind }) => kind === 'scaleCanary')!.split).toEqual({ canary: 1, stable: 1 });
    expect(data.plan.steps.find(({ kind }) => kind === 'promote')!.replicas).toBe(4);
  });

  it('waits if another release took the slot first', () => {
    given(requested()).when(meanwhile({ slot: { holder: 'R9', counter: 2 } })).then({ type: 'ReleaseQueued', behind: 'R9' });
  });

  it('is rejected before any change if it cannot be carried out', () => {
    given(requested())
      .when(inspected({ refusal: { code: 'service_change_needs_blue_green', text: 'the selector changed' } }))
      .then({
        type: 'ReleaseRejected',
        reason: expect.objectContaining({ code: 'service_change_needs_blue_green', text: 'the selector changed' }),
      })
      .thenState({ status: 'rejected' });
    given(requested())
      .when(inspected({ owner: 'foreign' }))
      .then({ type: 'ReleaseRejected', reason: expect.objectContaining({ code: 'foreign_owner' }) });
  });

  it('is aborted without touching the cluster, wherever it waits (A#1292)', () => {
    const aborted = {
      type: 'ReleaseAborted',
      reason: expect.objectContaining({ code: 'aborted', text: 'aborted before any change by anna: wrong tag' }),
    } as const;
    given(requested()).when(abortedBy('anna', 'wrong tag')).then(aborted).thenState({ status: 'aborted' });
    given(meanwhile({ slot: { holder: 'R1', counter: 1 } }), requested())
      .when(abortedBy('anna', 'wrong tag'))
      .then(aborted)
      .thenState({ status: 'aborted' });
  });

  it('refuses a pause before it has begun', () => {
    given(requested())
      .when(pausedBy('anna'))
      .then({ type: 'IntentRefused', intent: 'e3', reason: expect.objectContaining({ code: 'not_running' }) })
      .thenState({ intents: [] });
  });
});

describe('a canary whose analysis mode is auto', () => {
  const modes = (data: unknown): readonly unknown[] =>
    (data as { plan: { steps: readonly { kind: string; mode?: string; modeChosenBy?: string }[] } }).plan.steps
      .filter(({ kind }) => kind === 'analyse')
      .map(({ mode, modeChosenBy }) => [mode, modeChosenBy]);
  const planned = (...items: readonly Item[]) => given(...items).log.find(({ type }) => type === 'ReleasePlanned')!.data;

  it('is judged by metrics if a stable pod counts requests, and the decision names the series', () => {
    const data = planned(
      requested(),
      inspected({ metrics: [probe('requests', 'counts requests in http_requests_total (port 8080, /metrics)')] }),
    );
    expect(modes(data)).toEqual([['metrics', 'auto'], ['metrics', 'auto'], ['metrics', 'auto']]);
    expect(data).toMatchObject({
      analysis: {
        mode: 'metrics',
        reason: {
          code: 'request_metrics_found',
          rule: 'policy.analysis.mode',
          text: 'judged by metrics: stable pod web-1 counts requests in http_requests_total (port 8080, /metrics)',
          evidence: {
            configured: 'auto', mode: 'metrics', podsAsked: 1, pod: 'web-1', port: 8080, path: '/metrics', status: 200,
            requests: 15, row: 'requests-total',
          },
        },
      },
    });
  });

  it('is judged by health if the stable pods have no request series, and states it until promotion', () => {
    const done = given(requested(), inspected({ metrics: [probe('no_requests')] }), happyUntil());
    expect(modes(done.log.find(({ type }) => type === 'ReleasePlanned')!.data)).toEqual([
      ['health', 'auto'],
      ['health', 'auto'],
      ['health', 'auto'],
    ]);
    done.thenState({
      status: 'promoted',
      analysis: {
        mode: 'health',
        reason: expect.objectContaining({
          code: 'no_request_metrics',
          text: expect.stringContaining('judged by health alone, without metrics'),
        }),
      },
    });
    expect(done.log.find(({ type }) => type === 'PromotionDecided')!.data).toMatchObject({
      reason: { text: '3 of 3 analyses passed by health alone (no request metrics were found)' },
    });
  });

  it.each([
    ['a page could not be read', [probe('unread')]],
    ['no stable pod was ready', []],
  ])('is judged by metrics if %s, because missing data is never a pass', (_, metrics) => {
    const data = planned(requested(), inspected({ metrics }));
    expect(modes(data)[0]).toEqual(['metrics', 'auto']);
    expect(data).toMatchObject({ analysis: { mode: 'metrics', reason: { code: 'metrics_unread' } } });
  });

  it('is judged by metrics if an executor of an earlier version read no page', () => {
    const { metrics: _unasked, ...before } = inspection;
    expect(planned(requested(), { type: 'TargetInspected', data: before })).toMatchObject({
      analysis: { mode: 'metrics', reason: { code: 'metrics_unread', evidence: { podsAsked: 0 } } },
    });
  });

  it.each(['metrics', 'health'] as const)('ignores the pages if the policy says %s, and the decision is as before', (mode) => {
    const data = planned(
      meanwhile({ policy: { ...policy, analysis: { ...policy.analysis, mode } } }),
      requested(),
      inspected({ metrics: [probe(mode === 'health' ? 'requests' : 'no_requests')] }),
    );
    expect(modes(data)[0]).toEqual([mode, undefined]);
    expect(data).not.toHaveProperty('analysis');
  });

  it('states at the promotion that only health was judged, if the policy did not request that', () => {
    const promotion = (mode: typeof policy.analysis.mode, result: Parameters<typeof probe>[0]) => {
      const { log } = given(
        meanwhile({ policy: { ...policy, analysis: { ...policy.analysis, mode } } }),
        requested(),
        inspected({ metrics: [probe(result)] }),
        happyUntil('promote'),
      );
      return (log.find(({ type }) => type === 'PromotionDecided')!.data as { reason: Reason }).reason;
    };
    expect(promotion('auto', 'no_requests')).toMatchObject({
      text: '3 of 3 analyses passed by health alone (no request metrics were found)',
      evidence: { analyses: 3, passed: 3, skipped: 0, mode: 'health' },
    });
    for (const reason of [promotion('auto', 'requests'), promotion('health', 'no_requests'), promotion('metrics', 'requests')]) {
      expect(reason.text).toBe('3 of 3 analyses passed');
      expect(reason.evidence).toEqual({ analyses: 3, passed: 3, skipped: 0 });
    }
  });

  it('does not apply to a rollout', () =>
    expect(planned(meanwhile({ stable: null }), requested(), inspected(nothingRuns))).not.toHaveProperty('analysis'));
});

describe('while another release runs', () => {
  const busy = (whenBusy: typeof policy.whenBusy, ...waiting: ReturnType<typeof waiter>[]) =>
    meanwhile({ policy: { ...policy, whenBusy }, slot: { holder: 'R1', counter: 1 }, waiting });
  const free = (...waiting: ReturnType<typeof waiter>[]) => meanwhile({ slot: { holder: null, counter: 1 }, waiting });

  it('latestOnly: only the newest release waits', () => {
    given(busy('latestOnly'))
      .when(requested())
      .then({ type: 'ReleaseQueued', behind: 'R1' })
      .when(busy('latestOnly', waiter('R3', 5)))
      .then({ type: 'ReleaseSuperseded', by: 'R3', reason: expect.objectContaining({ code: 'superseded' }) })
      .thenState({ status: 'superseded' });
  });

  it('queue: each release runs in order', () => {
    given(busy('queue'), requested()).when(busy('queue', waiter('R3', 5, 'queue'))).then()
      .when(meanwhile({ slot: { holder: null, counter: 1 } })).then('GateOpened');
    given(busy('queue', waiter('R0', -5, 'queue')), requested()).when(free(waiter('R0', -5, 'queue'))).then()
      .when(free()).then('GateOpened');
  });

  it('queue: a newer release does not overtake an older one even if the slot is free', () => {
    given(free(waiter('R0', -5))).when(requested()).then({ type: 'ReleaseQueued', behind: 'R0' });
  });

  it('orders releases requested at the same time by id', () => {
    given(free(waiter('R1a', 0))).when(requested()).then({ type: 'ReleaseQueued', behind: 'R1a' });
    given(free(waiter('R3', 0))).when(requested()).then('GateOpened');
  });

  it('reject: refuses immediately', () => {
    given(busy('reject'))
      .when(requested())
      .then({ type: 'ReleaseRejected', reason: expect.objectContaining({ code: 'busy', evidence: { behind: 'R1', whenBusy: 'reject' } }) });
  });

  it('supersede: the running release is rolled back with that reason', () => {
    given(happyUntil('analyse', 2))
      .when(meanwhile({ waiting: [waiter('R3', 60, 'supersede')] }))
      .then({
        type: 'RollbackDecided',
        to: stableV1,
        reason: expect.objectContaining({ code: 'superseded', evidence: expect.objectContaining({ by: 'R3' }) }),
      });
    given(busy('supersede')).when(requested()).then('ReleaseQueued');
  });

  it('supersede: a promotion in progress is finished', () => {
    given(happyUntil('promote')).when(meanwhile({ waiting: [waiter('R3', 60, 'supersede')] })).then();
  });

  const atOnceBy = {
    type: 'RollbackDecided',
    to: stableV1,
    reason: expect.objectContaining({ code: 'superseded', rule: 'urgent', evidence: { by: 'R3' } }),
  } as const;

  it.each(['scaleCanary', 'analyse', 'promote'] as const)('an expedited release takes over during %s, whatever the policy says', (step) => {
    given(happyUntil(step)).when(meanwhile({ waiting: [expedited('R3', 60)] })).then(atOnceBy).thenState({ status: 'rollingBack' });
  });

  it('an expedited release takes over from a paused one', () => {
    given(happyUntil('analyse'), pausedBy('anna')).when(meanwhile({ waiting: [expedited('R3', 60)] })).then(atOnceBy);
  });

  it('an expedited release passes the queue and is never rejected as busy', () => {
    given(free(waiter('R0', -5))).when(requested({ urgent: true })).then('GateOpened');
    given(busy('reject')).when(requested({ urgent: true })).then({ type: 'ReleaseQueued', behind: 'R1' });
    const queue = meanwhile({ policy: { ...policy, whenBusy: 'queue' }, waiting: [expedited('R3', 60)] });
    given(requested()).when(queue).then({ type: 'ReleaseQueued', behind: 'R3' });
    given(queue).when(requested()).then({ type: 'ReleaseQueued', behind: 'R3' });
  });

  it('an expedited release yields only to a later expedited one', () => {
    given(busy('supersede'), requested({ urgent: true }))
      .when(busy('supersede', waiter('R3', 60, 'supersede')))
      .then()
      .when(busy('supersede', expedited('R4', 90)))
      .then({ type: 'ReleaseSuperseded', by: 'R4', reason: expect.objectContaining({ rule: 'urgent' }) });
    given(requested({ urgent: true, strategy: 'canary' }), inspected())
      .when(meanwhile({ waiting: [waiter('R3', 60, 'supersede'), expedited('R1', -60)] }))
      .then()
      .when(meanwhile({ waiting: [expedited('R3', 60)] }))
      .then('RollbackDecided');
  });

  it('requires a new inspection when a queued release is admitted', () => {
    given(busy('queue'), requested()).when(inspected({ replicas: 3 })).then().thenState({ status: 'queued', inspection: null });
  });
});

describe('the strategy', () => {
  const planned = (strategy: 'rollout' | 'canary', code: string) =>
    ({ type: 'ReleasePlanned', plan: expect.objectContaining({ strategy }), reason: expect.objectContaining({ code }) }) as const;

  it.each([
    ['auto', 'canary', 'has_stable'],
    ['rollout', 'rollout', 'asked_for'],
    ['canary', 'canary', 'asked_for'],
  ] as const)('%s over a stable version is a %s', (strategy, resolved, code) => {
    given(requested({ strategy })).when(inspected()).then(planned(resolved, code), 'StepStarted');
  });

  it.each(['auto', 'rollout', 'canary'] as const)('%s is a rollout without a version to roll back to if no pods run', (strategy) => {
    given(meanwhile({ stable: null }), requested({ strategy, replicas: 4 })).when(inspected(nothingRuns))
      .then({ ...planned('rollout', 'first_release'), stable: null }, 'StepStarted').thenState({ plan: { replicas: 4 } });
  });

  it('auto over an adopted Deployment is a rollout that can be rolled back to it', () => {
    given(meanwhile({ stable: null }), requested(), adopted())
      .when(inspected({ owner: 'unowned' }))
      .then({ ...planned('rollout', 'first_release'), stable: adoptedV0 }, 'StepStarted');
    given(meanwhile({ stable: null }), requested({ strategy: 'canary' }), adopted())
      .when(inspected({ owner: 'unowned' }))
      .then({ ...planned('canary', 'asked_for'), stable: adoptedV0 }, 'StepStarted');
  });

  it('keeps the live count if the manifest has no replicas (A#3689)', () => {
    given(requested({ replicas: null }))
      .when(inspected({ replicas: 7 }))
      .thenState({ plan: { replicas: 7, steps: expect.arrayContaining([expect.objectContaining({ kind: 'promote', replicas: 7 })]) } });
  });

  it('splits by the live count, and promotes to the replicas of the manifest', () => {
    given(requested({ replicas: 3 }))
      .when(inspected({ replicas: 5 }))
      .thenState({ plan: { replicas: 5, steps: expect.arrayContaining([expect.objectContaining({ kind: 'promote', replicas: 3 })]) } });
  });

  it('leaves the replica count to an autoscaler', () => {
    given(requested({ replicas: 3 }))
      .when(inspected({ replicas: 5, hpa: true }))
      .thenState({ plan: { steps: expect.arrayContaining([expect.objectContaining({ kind: 'promote', replicas: 5 })]) } });
  });
});
