import { triggerSubject } from '@alloy/contracts';
import { checkServer, featuresOf, neededFeatures } from './check-server';
import { consumerConfig, durables, streamConfig } from './streams';
import { permissions } from './permissions';
import { afterFailure, isPoison } from './settlement';
import { subjectMatches } from './subject-matches';
import { parseTrigger } from './trigger';

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

describe('parseTrigger', () => {
  it('restores the stream of a project with dots in its name', () => {
    const subject = triggerSubject('intent', 'PolicyChanged', 'project-my.books');
    expect(parseTrigger(subject)).toEqual({ family: 'intent', type: 'PolicyChanged', stream: 'project-my.books' });
  });

  it('is the inverse of triggerSubject', () => {
    expect(parseTrigger(triggerSubject('decision', 'StepStarted', 'release-1'))).toEqual({
      family: 'decision', type: 'StepStarted', stream: 'release-1',
    });
  });
  it.each([
    'alloy.event', 'alloy.event.decision.StepStarted', 'alloy.event.rumour.StepStarted.release-1',
    'alloy.event.decision.StepStarted.release.1',
    'other.event.decision.StepStarted.release-1',
  ])('returns undefined for %s', (subject) => {
    expect(parseTrigger(subject)).toBeUndefined();
  });
});

describe('checkServer', () => {
  const server =
    (version: string, jetstream = true) =>
    () =>
      checkServer({ info: { version, jetstream } } as Parameters<typeof checkServer>[0]);
  it('accepts version 2.9 and newer with JetStream', () => {
    expect(server('2.9.25')).not.toThrow();
    expect(server('3.0.0')).not.toThrow();
    expect(server('2.8.4')).toThrow('nats-server 2.8.4, which lacks namedConsumers: upgrade it; Alloy needs 2.9 or newer');
    expect(server('2.11.0', false)).toThrow(/without JetStream/);
  });
  it('derives the required features from the settings of the stream and the consumers', () => {
    expect([...neededFeatures([streamConfig, ...durables.map(consumerConfig)])]).toEqual(['namedConsumers']);
    const newer = neededFeatures([streamConfig, { allow_msg_ttl: true, allow_atomic: true }]);
    expect([...newer]).toEqual(['namedConsumers', 'messageTtl', 'atomicBatch']);
    expect(() => checkServer({ info: { version: '2.11.3', jetstream: true } } as Parameters<typeof checkServer>[0], newer)).toThrow(
      'which lacks atomicBatch: upgrade it; Alloy needs 2.12 or newer',
    );
    expect(() => checkServer({ info: { version: '2.15.1', jetstream: true } } as Parameters<typeof checkServer>[0], newer)).not.toThrow();
  });
  it.each([
    ['2.9.10', ['namedConsumers']],
    ['2.11.0', ['namedConsumers', 'multipleFilters', 'metadata', 'consumerPause', 'messageTtl']],
    ['3.0.0', ['namedConsumers', 'multipleFilters', 'metadata', 'consumerPause', 'messageTtl', 'atomicBatch', 'messageSchedules']],
  ])('knows the features of %s', (version, features) => expect([...featuresOf(version)]).toEqual(features));
});

describe('afterFailure', () => {
  it('waits longer each time, and never longer than 30 s', () => {
    expect([1, 2, 3, 6, 100].map(afterFailure)).toEqual([200, 1_000, 2_000, 30_000, 30_000].map((afterMs) => ({ kind: 'later', afterMs })));
  });
});

describe('isPoison', () => {
  it('is true after more than 10 deliveries', () => {
    expect([1, 10, 11].map(isPoison)).toEqual([false, false, true]);
  });
});

describe('permissions', () => {
  const mayPublish = (subject: string): string[] =>
    Object.entries(permissions)
      .filter(([, { publish }]) => publish.some((pattern) => subjectMatches(pattern, subject)))
      .map(([service]) => service);
  const maySubscribe = (subject: string): string[] =>
    Object.entries(permissions)
      .filter(([, { subscribe }]) => subscribe.some((pattern) => subjectMatches(pattern, subject)))
      .map(([service]) => service);

  it.each([
    ['alloy.event.decision.StepStarted.release-1', ['planner', 'watcher']],
    ['alloy.poke.intent.AbortRequested.release-1', ['ingest']],
    ['alloy.poke.decision.StepStarted.release-1', ['planner']],
    ['alloy.poke.outcome.ManifestsApplied.release-1', ['executor']],
    ['alloy.poke.finding.VerdictReached.release-1', ['executor', 'watcher']],
    ['$JS.API.STREAM.CREATE.ALLOY_EVENTS', ['planner', 'executor', 'watcher', 'notifier']],
    ['$JS.API.CONSUMER.MSG.NEXT.ALLOY_EVENTS.executor', ['executor']],
    ['$JS.ACK.ALLOY_EVENTS.watcher.1.2.3.4.5', ['watcher']],
    ['$JS.API.STREAM.DELETE.ALLOY_EVENTS', []],
    ['$JS.API.STREAM.PURGE.ALLOY_EVENTS', []],
    ['$JS.API.STREAM.CREATE.ANOTHER', []],
    ['$JS.API.CONSUMER.DELETE.ALLOY_EVENTS.planner', []],
    ['_INBOX_planner.x', []],
  ])('allow %s to be published by %j only', (subject, services) => expect(mayPublish(subject)).toEqual(services));

  it.each([
    ['alloy.poke.decision.StepStarted.release-1', ['planner', 'executor', 'watcher']],
    ['alloy.event.decision.StepStarted.release-1', []],
    ['_INBOX_notifier.x', ['notifier']],
    ['_INBOX.x', []],
  ])('allow %s to be subscribed to by %j only', (subject, services) => expect(maySubscribe(subject)).toEqual(services));
});
