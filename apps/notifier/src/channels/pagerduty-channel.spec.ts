import fc from 'fast-check';
import { aNotification, anyNotification, nastyText } from '../testing/a-notification';
import { pagerdutyEvent } from './pagerduty-channel';

describe('an event for PagerDuty', () => {
  it.each([['rolledBack', 'error'], ['failed', 'error'], ['stuck', 'critical']] as const)('opens an incident for %s', (what, severity) => {
    expect(pagerdutyEvent(aNotification({ what }), 'shop v2: rolled back', 'alloy')).toMatchObject({
      event_action: 'trigger',
      dedup_key: 'alloy/alloy/shop/production',
      client_url: 'https://alloy.example.com/api/v1/releases/R2',
      payload: {
        summary: 'shop v2: rolled back', source: 'shop/production', severity, timestamp: '2026-01-01T00:01:23.000Z',
        custom_details: { version: 'v2', author: 'ada', commit: 'abc123', reason: { text: 'canary errors 7.2 % of 250, limit 1.0 %' } },
      },
    });
  });

  it('resolves the same incident at the next promotion', () => {
    expect(pagerdutyEvent(aNotification({ what: 'promoted', version: 'v3' }), 'x', 'alloy')).toEqual({
      event_action: 'resolve',
      dedup_key: 'alloy/alloy/shop/production',
    });
  });

  it('stays within the limits of summary and key', () => {
    fc.assert(fc.property(anyNotification, nastyText, (notification, headline) => {
      const event = pagerdutyEvent({ ...notification, what: 'stuck' }, headline, 'alloy') as {
        dedup_key: string;
        payload: { summary: string };
      };
      expect(event.dedup_key.length).toBeLessThanOrEqual(255);
      expect(event.payload.summary.length).toBeLessThanOrEqual(1_024);
    }), { numRuns: 60 });
  });
});
