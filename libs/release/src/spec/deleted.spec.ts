import { due } from '../due';
import type { StepKind } from '../plan';
import type { OnFail } from '../policy';
import { after, degraded, deleted, given, happyUntil, meanwhile, pausedBy, policy, resumedBy, scaled, stale } from '../testing';

const rolledBack = (code: string, text: string) => ({
  type: 'RollbackDecided' as const,
  reason: expect.objectContaining({ code, text: expect.stringContaining(text) }),
});
const removed = rolledBack('canary_deleted', 'the canary was removed: another client deleted Deployment web-canary during the release');

describe('a canary that another client deletes', () => {
  it.each<StepKind>(['scaleCanary', 'shiftTraffic', 'analyse'])('is rolled back at once during %s', (kind) => {
    given(happyUntil(kind)).when(deleted('canary')).then(removed);
  });

  it('awaits the planner', () => {
    const scenario = given(happyUntil('analyse'));
    scenario.apply(deleted('canary'));
    expect(due(scenario.state).awaits).toContain('planner');
  });

  it('is rolled back as soon as the release is resumed, if it is paused', () => {
    given(happyUntil('analyse'), pausedBy('ann'))
      .when(deleted('canary'))
      .then()
      .when(resumedBy('ann'))
      .then('ReleaseResumed', removed);
  });

  it('does not stop a promotion, which needs it no more', () => {
    const scenario = given(happyUntil('promote')).when(deleted('canary')).then();
    expect(due(scenario.state).awaits).not.toContain('planner');
    scenario.when(happyUntil()).thenState({ status: 'promoted' });
  });

  it('has no effect if the finding belongs to an earlier step', () => {
    given(happyUntil('analyse')).when(stale(deleted('canary'))).then();
  });
});

describe('a baseline that another client deletes', () => {
  const experiment = (onFail: OnFail) =>
    meanwhile({ policy: { ...policy, onFail, steps: [{ setWeight: 50 }, { experiment: { duration: 20 } }] } });
  const reason = expect.objectContaining({
    code: 'baseline_deleted',
    text: 'the experiment cannot be judged, because its baseline was removed: another client deleted Deployment web-baseline ' +
      'during the release (the audit log of the API server shows which); to end an experiment, promote the release',
    evidence: { track: 'baseline', object: 'Deployment/web-baseline' },
  });

  it.each([['rollBack', 'RollbackDecided'], ['hold', 'ReleaseHeld']] as const)('ends its experiment at once by %s', (onFail, type) =>
    void given(experiment(onFail), happyUntil('analyse')).when(deleted('baseline')).then({ type, reason }));
});

describe('a stable version that another client deletes', () => {
  it.each<StepKind>(['scaleCanary', 'shiftTraffic', 'analyse', 'promote', 'retire'])('is restored at once during %s', (kind) => {
    given(happyUntil(kind))
      .when(deleted('stable'))
      .then(rolledBack('stable_deleted', 'the stable version was removed: another client deleted Deployment web during the release'));
  });

  it('is the reason also if the canary is deleted later', () => {
    given(happyUntil('analyse'), pausedBy('ann'), deleted('stable'), deleted('canary'))
      .when(resumedBy('ann'))
      .then('ReleaseResumed', rolledBack('stable_deleted', 'the stable version was removed'));
  });

  it('does not end a rollback, which creates it again', () => {
    const scenario = given(happyUntil('scaleCanary'), degraded('OOMKilled')).when(deleted('stable'), after(1)).then();
    expect(due(scenario.state).awaits).not.toContain('planner');
    scenario.when(happyUntil()).thenState({ status: 'rolledBack' });
  });

  it('fails a first release, which has no version to restore', () => {
    given(meanwhile({ stable: null }), happyUntil('promote'), scaled())
      .when(deleted('stable'), happyUntil())
      .thenState({ status: 'failed', reason: expect.objectContaining({ code: 'stable_deleted' }) });
  });
});
