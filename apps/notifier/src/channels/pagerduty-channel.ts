import { createHash } from 'node:crypto';
import type { RouteOf, NotificationType } from '@alloy/policy';
import { cut } from '../cut';
import type { HttpClient } from '../http/http-client';
import { judgeAnswer } from '../http/judge-answer';
import type { Notification } from '../notification';
import type { Channel } from './channel';

const severities: Readonly<Partial<Record<NotificationType, 'critical' | 'error'>>> = {
  rolledBack: 'error', failed: 'error', stuck: 'critical',
};
const MAX_SUMMARY = 1_024;
const MAX_KEY = 255;

/** PagerDuty's Events API v2: an incident per service and environment, from a failed release to the next promotion. */
export const pagerdutyChannel = (http: HttpClient, url: string, installation: string): Channel<RouteOf<'pagerduty'>> => ({
  supports: ['rolledBack', 'failed', 'stuck', 'promoted'],
  async send({ notification, headline, route, secret }) {
    const body = pagerdutyEvent(notification, headline, installation);
    const answer = await http.post(url, JSON.stringify({ routing_key: (await secret(route.keySecret)).trim(), ...body }));
    judgeAnswer(answer, { giveUp: [400, 413], disable: [401, 403, 404, 410] });
  },
});

/** The event without the routing key, which identifies the receiver. */
export function pagerdutyEvent(notification: Notification, headline: string, installation: string): object {
  const dedup_key = dedupKey(`alloy/${installation}/${notification.service}/${notification.environment}`);
  const severity = severities[notification.what];
  if (severity === undefined) return { event_action: 'resolve', dedup_key };
  return {
    event_action: 'trigger', dedup_key, client: 'Alloy',
    ...(notification.link === null ? {} : { client_url: notification.link, links: [{ href: notification.link, text: 'Release' }] }),
    payload: {
      summary: cut(headline, MAX_SUMMARY),
      source: `${notification.service}/${notification.environment}`,
      severity,
      timestamp: notification.at,
      component: notification.service,
      group: notification.environment,
      class: notification.what,
      custom_details: {
        version: notification.version, commit: notification.commit, author: notification.author,
        strategy: notification.strategy, duration_seconds: notification.durationSeconds, reason: notification.reason,
      },
    },
  };
}

const dedupKey = (name: string): string => (name.length <= MAX_KEY ? name : createHash('sha256').update(name).digest('hex'));
