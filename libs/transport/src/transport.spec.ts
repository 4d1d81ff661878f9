import { wakeSubject } from '@alloy/contracts';
import { checkServer } from './check-server';
import { afterFailure, poisonReason } from './settlement';
import { subjectMatches } from './subject-matches';
import { parseWake } from './wake';

describe('subjectMatches', () => {
  it.each([
    ['alloy.event.>', 'alloy.event.decision.StepStarted.release-1', true],
    ['alloy.event.decision.>', 'alloy.event.decision.StepStarted.release-1', true],
    ['alloy.event.decision.>', 'alloy.event.outcome.StepStarted.release-1', false],
    ['alloy.event.*.StepStarted.*', 'alloy.event.decision.StepStarted.release-1', true],
    ['alloy.event.*.StepStarted', 'alloy.event.decision.StepStarted.release-1', false],
    ['alloy.event.decision.StepStarted.release-1', 'alloy.event.decision.StepStarted.release-1', true],
    ['alloy.event.decision.>', 'alloy.event.decision', false],
    ['alloy.event.*.x', 'alloy.event.decision', false],
  ])('%s on %s: %s', (pattern, subject, matches) => expect(subjectMatches(pattern, subject)).toBe(matches));
});

describe('parseWake', () => {
  it('is the inverse of wakeSubject', () => {
    expect(parseWake(wakeSubject('decision', 'StepStarted', 'release-1'))).toEqual({ family: 'decision', type: 'StepStarted', stream: 'release-1' });
  });
  it.each(['alloy.event', 'alloy.event.decision.StepStarted', 'alloy.event.rumour.StepStarted.release-1', 'alloy.event.decision.StepStarted.release.1', 'other.event.decision.StepStarted.release-1'])('knows no %s', (subject) => {
    expect(parseWake(subject)).toBeUndefined();
  });
});

describe('checkServer', () => {
  const server = (version: string, jetstream = true) => () => checkServer({ info: { version, jetstream } } as Parameters<typeof checkServer>[0]);
  it('takes 2.9 and newer with JetStream', () => {
    expect(server('2.9.25')).not.toThrow();
    expect(server('3.0.0')).not.toThrow();
    expect(server('2.8.4')).toThrow(/2\.8\.4; Alloy needs 2\.9/);
    expect(server('2.11.0', false)).toThrow(/without JetStream/);
  });
});

describe('afterFailure', () => {
  it('waits longer each time, and never longer than 30 s', () => {
    expect([1, 2, 3, 6, 100].map(afterFailure)).toEqual([200, 1_000, 2_000, 30_000, 30_000].map((afterMs) => ({ kind: 'later', afterMs })));
  });
});

describe('poisonReason', () => {
  const wake = { family: 'decision', type: 'StepStarted', stream: 'release-1' } as const;
  it('sets aside what is no wake, and what was delivered too often', () => {
    expect(poisonReason(undefined, 1)).toBe('bad_subject');
    expect(poisonReason(wake, 10)).toBeUndefined();
    expect(poisonReason(wake, 11)).toBe('max_deliveries');
  });
});
