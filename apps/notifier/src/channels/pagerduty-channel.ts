import { createHash } from 'node:crypto';
import type { RouteOf, NotificationType } from '@alloy/policy';
import { cut } from '../cut';
import type { HttpClient } from '../http/http-client';
import { judgeAnswer } from '../http/judge-answer';
import type { Notification } from '../notification';
import type { Channel } from './channel';

const severities: Readonly<Partial<Record<NotificationType, 'critical' | 'error'>>> = { rolledBack: 'error', failed: 'error', stuck: 'critical' };
const MAX_SUMMARY = 1_024;
const MAX_KEY = 255;

/** PagerDuty's Events API v2: an incident for a service and environment, from a bad ending to the next promotion. */
export const pagerdutyChannel = (http: HttpClient, url: string, installation: string): Channel<RouteOf<'pagerduty'>> => ({
  says: ['rolledBack', 'failed', 'stuck', 'promoted'],
  async send({ notification, headline, route, secret }) {
    const body = pagerdutyEvent(notification, headline, installation);
    const answer = await http.post(url, JSON.stringify({ routing_key: (await secret(route.keySecret)).trim(), ...body }));
    judgeAnswer(answer, { giveUp: [400, 413], disable: [401, 403, 404, 410] });
  },
});

/** All of an event but the key that says whose it is. */
export function pagerdutyEvent(told: Notification, headline: string, installation: string): object {
  const dedup_key = dedupKey(`alloy/${installation}/${told.service}/${told.environment}`);
  const severity = severities[told.what];
  if (severity === undefined) return { event_action: 'resolve', dedup_key };
  return {
    event_action: 'trigger', dedup_key, client: 'Alloy', ...(told.link === null ? {} : { client_url: told.link, links: [{ href: told.link, text: 'Release' }] }),
    payload: {
      summary: cut(headline, MAX_SUMMARY), source: `${told.service}/${told.environment}`, severity, timestamp: told.at, component: told.service, group: told.environment, class: told.what,
      custom_details: { version: told.version, commit: told.commit, author: told.author, strategy: told.strategy, duration_seconds: told.durationSeconds, reason: told.reason },
    },
  };
}

const dedupKey = (name: string): string => (name.length <= MAX_KEY ? name : createHash('sha256').update(name).digest('hex'));
