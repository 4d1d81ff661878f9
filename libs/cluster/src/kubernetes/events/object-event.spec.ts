import { cutBytes, eventObject, type ObjectEvent } from './object-event';

const event: ObjectEvent = {
  name: 'web.r1.000001',
  regarding: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web', uid: 'u' },
  type: 'Normal',
  reason: 'ReleaseStarted',
  action: 'ReleaseStarted',
  note: 'n',
  count: 1,
  firstAt: '2026-01-01T00:00:00.120Z',
  lastAt: '2026-01-01T00:00:01Z',
  listedAt: '2026-01-01T00:00:01Z',
};
const reporter = { controller: 'alloy.dev/executor', instance: 'x'.repeat(200) };

describe('eventObject', () => {
  it('has times with six decimals, and a series from the second occurrence on', () => {
    const once = eventObject(event, reporter);
    expect(once).toMatchObject({
      eventTime: '2026-01-01T00:00:00.120000Z',
      lastTimestamp: '2026-01-01T00:00:01Z',
      metadata: { name: 'web.r1.000001', namespace: 'shop' },
    });
    expect(once).not.toHaveProperty('series');
    expect(eventObject({ ...event, count: 2 }, reporter)).toMatchObject({
      series: { count: 2, lastObservedTime: '2026-01-01T00:00:01.000000Z' },
    });
  });

  it('limits the length of message and instance in bytes', () => {
    const { message, reportingInstance } = eventObject({ ...event, note: 'ü'.repeat(1_000) }, reporter) as unknown as Record<
      string,
      string
    >;
    expect(Buffer.byteLength(message!)).toBeLessThanOrEqual(1_024);
    expect(message).toMatch(/^ü{510}…$/);
    expect(Buffer.byteLength(reportingInstance!)).toBeLessThanOrEqual(128);
  });

  it('cuts at the boundary of a character', () => {
    expect(cutBytes('ab', 2)).toBe('ab');
    expect(cutBytes('a😀b', 5)).toBe('a…');
  });
});
