import type { StepKind } from '../plan';
import { currentOf, degraded, given, happyUntil, meanwhile, scaled, type Item } from '../testing';
import { waitedFor, whereToLook } from './waited-for';

const current = (...items: readonly Item[]) => currentOf(given(...items).state);

describe('what a step waited for', () => {
  it.each<[StepKind, string]>([
    ['apply', 'the objects of the new version to be created'],
    ['scaleCanary', 'Deployment web-canary to be scaled, and 1 ready pod of it'],
    ['shiftTraffic', '1 ready pod of Deployment web-canary, and Deployment web to shrink to 5'],
    ['analyse', 'a verdict'],
    ['promote', 'Deployment web to be replaced, and 5 ready pods of the new version'],
    ['retire', 'the shared objects to be updated and Deployment web-canary to be removed'],
  ])('names it for %s', (kind, text) => expect(waitedFor(current(happyUntil(kind)), 'web')).toBe(text));

  it('names the pods only, once the executor has done its part', () => {
    expect(waitedFor(current(happyUntil('scaleCanary'), scaled()), 'web')).toBe('1 ready pod of Deployment web-canary');
    expect(waitedFor(current(happyUntil('promote'), scaled()), 'web')).toBe('5 ready pods of the new version');
  });

  it('names the version of a rollback, or the canary if there is none', () => {
    const failed = [happyUntil('promote'), degraded('OOMKilled')];
    expect(waitedFor(current(...failed), 'web')).toBe('5 ready pods of v1 in Deployment web, and the pods of web-canary to end');
    expect(waitedFor(current(meanwhile({ stable: null }), ...failed), 'web')).toBe('Deployment web-canary to be removed');
  });

  it('comes with the command that shows its pods, if it waits for pods', () => {
    const look = (kind: StepKind) => whereToLook(current(happyUntil(kind)), 'web');
    expect(look('scaleCanary')).toBe('; see kubectl -n shop describe deployment web-canary, and its pods');
    expect(look('promote')).toBe('; see kubectl -n shop describe deployment web, and its pods');
    expect([look('apply'), look('analyse'), look('retire')]).toEqual(['', '', '']);
  });
});
