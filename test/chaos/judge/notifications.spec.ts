import type { Outage } from '../outages';
import { checkNotifications, notYetNotified, type Message } from './notifications';
import { finished } from './finished';

const release = finished([['ReleasePromoted']]);
const message = (key: string, what = 'promoted', releaseId = 'r1'): Message => ({
  headers: { 'webhook-id': key },
  json: { type: `release.${what}`, data: { releaseId } },
});
const killed: Outage = { fault: { kind: 'kill', victim: 'notifier' }, release: 'v2', step: 'apply', from: 0, to: 1 };
const texts = (messages: readonly Message[], outages: readonly Outage[] = []): readonly string[] =>
  checkNotifications(release, messages, outages).map(({ text }) => text);

describe('P22', () => {
  it('holds if people were notified of the outcome once, or twice with the same key around a kill', () => {
    expect(texts([message('a')])).toEqual([]);
    expect(texts([message('a'), message('a')], [killed])).toEqual([]);
  });

  it('is broken by an outcome without a notification', () => {
    expect(texts([message('a', 'started'), message('b', 'promoted', 'r2')])).toEqual(['v2: no one was notified that it is promoted']);
    expect(notYetNotified([release], [])).toEqual(['v2 of shop: promoted']);
  });

  it('is broken by two keys, and by a repetition without a kill', () => {
    expect(texts([message('a'), message('b')], [killed])).toEqual(['v2: people were notified with 2 keys that it is promoted']);
    expect(texts([message('a'), message('a')])).toEqual(['v2: people were notified 2 times that it is promoted']);
  });
});
