import type { StoredEvent } from '@alloy/contracts';
import { familyOf, type ReleaseEvent } from '@alloy/release';
import {
  abortedBy, after, blocked, drifted, failed, happyUntil, inspected, meanwhile, pausedBy, probe, requested, resumedBy,
  Scenario, shifted, type Item,
} from '@alloy/release/testing';
import { notificationOf, type Notification } from './notification';

/** The notifications of a release, in order. */
const notificationsOf = (scenario: Scenario, publicUrl?: string): Notification[] =>
  scenario.log.flatMap((event) => {
    const { state } = scenario;
    if (state.status === 'none') throw new Error('nothing was played');
    const stored: StoredEvent = {
      ...event,
      stream: `release-${state.releaseId}`,
      schema: 1,
      family: familyOf[(event as ReleaseEvent).type],
      project: state.project,
      environment: state.environment,
      correlationId: state.releaseId,
      causationId: null,
      traceparent: null,
      hash: '',
    };
    return notificationOf(stored, state, publicUrl) ?? [];
  });

const play = (...items: readonly Item[]): Notification[] => notificationsOf(new Scenario().given(...items), 'https://alloy.example.com/');
const statuses = (all: readonly Notification[]) => all.map(({ status }) => status);

describe('the notifications of a release', () => {
  it('that is promoted', () => {
    const all = play(happyUntil());
    expect(statuses(all)).toEqual(['started', 'stage passed (17 %)', 'stage passed (50 %)', 'stage passed (83 %)', 'promoted']);
    expect(all.map(({ what }) => what)).toEqual(['started', 'stagePassed', 'stagePassed', 'stagePassed', 'promoted']);
    expect(all.at(-1)).toMatchObject({
      releaseId: 'R2', service: 'shop', environment: 'production', version: 'v2', image: 'shop:v2',
      stable: { version: 'v1', image: 'shop:v1' },
      strategy: 'canary',
      commit: 'abc',
      author: expect.any(String),
      durationSeconds: 15,
      link: 'https://alloy.example.com/api/v1/releases/R2',
      text: expect.stringMatching(/^shop v2 in production: promoted after 15 s \(.+\)$/),
    });
  });

  it('judged by health alone, by Alloy\'s choice, state that at the start and at the promotion', () => {
    const all = play(
      requested(),
      inspected({ metrics: [probe('no_requests', 'serves a metrics page without a series of requests (port 8080, /metrics)')] }),
      happyUntil(),
    );
    expect(all[0]).toMatchObject({
      what: 'started',
      reason: { evidence: { analysisMode: 'health', analysisReason: 'no_request_metrics' } },
    });
    expect(all[0]!.text).toContain(
      'judged by health alone, without metrics: stable pod web-1 serves a metrics page without a series of requests',
    );
    expect(all[1]).toMatchObject({ what: 'stagePassed', text: expect.stringContaining('no metrics were judged') });
  });

  it('whose canary fails contain the numbers of the decision', () => {
    const all = play(happyUntil('analyse'), failed(), shifted(0));
    expect(statuses(all)).toEqual(['started', 'rolling back', 'rolled back']);
    expect(Object.values(all[1]!.reason.evidence).filter((value) => typeof value === 'number').length).toBeGreaterThan(1);
  });

  it('that a user paused', () => {
    expect(statuses(play(happyUntil('analyse'), pausedBy('ada', 'lunch'), resumedBy('ada'))).slice(0, 2)).toEqual([
      'started',
      'waiting for a user',
    ]);
  });

  it('whose Deployment another client scaled name that client and the count', () => {
    const [, one] = play(happyUntil('analyse'), drifted());
    expect(one).toMatchObject({
      what: 'drifted',
      text: expect.stringMatching(
        /^shop v2 in production: changed by another client after .* \(Deployment web was changed by kubectl: spec\.replicas is 7 instead of 5\)$/,
      ),
      reason: { code: 'drifted', evidence: { object: 'Deployment/web', manager: 'kubectl', expected: 5, found: 7 } },
    });
  });

  it('whose pods cannot be created name the cause immediately and at the end', () => {
    const all = play(happyUntil('scaleCanary'), blocked('QuotaExceeded', 'exceeded quota: small'), after(8), shifted(0));
    expect(statuses(all)).toEqual(['started', 'waiting for pods', 'rolling back', 'rolled back']);
    expect(all[1]).toMatchObject({
      what: 'blocked',
      reason: {
        code: 'quota_exceeded',
        text: "0 of 1 canary pods ready, pods can't be created: exceeded quota: small; the release waits until its deadline: raise the ResourceQuota small or free some of it",
      },
    });
    for (const end of all.slice(2))
      expect(end).toMatchObject({ reason: { code: 'quota_exceeded', text: expect.stringContaining('exceeded quota: small') } });
  });

  it('whose pods cannot be scheduled name the cause at once and at the end', () => {
    const all = play(happyUntil('scaleCanary'), blocked('Unschedulable', '0/3 nodes are available'), after(8));
    expect(statuses(all)).toEqual(['started', 'waiting for pods', 'rolling back']);
    const reason = { code: 'unschedulable', text: expect.stringContaining('0/3 nodes are available') };
    for (const one of all.slice(1)) expect(one).toMatchObject({ reason });
  });

  it('that is aborted before it started', () => {
    const all = play(meanwhile({ slot: { holder: 'R1', counter: 1 } }), requested(), abortedBy('ada', 'a mistake'));
    expect(statuses(all)).toEqual(['aborted']);
    expect(all[0]).toMatchObject({ stable: null, strategy: 'auto' });
  });

  it('that is rejected because the slot is taken', () => {
    const scenario = new Scenario();
    const policy = { ...scenario.context.policy, whenBusy: 'reject' as const };
    expect(statuses(notificationsOf(scenario.given(meanwhile({ policy, slot: { holder: 'R1', counter: 1 } }), requested())))).toEqual([
      'rejected',
    ]);
  });

  it('have no link without a public URL', () => expect(notificationsOf(new Scenario().given(happyUntil('apply')))[0]!.link).toBeNull());
});
