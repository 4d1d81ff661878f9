import type { NotificationType } from '@alloy/policy';
import { cut } from '../../cut';
import { evidenceOf, factsOf } from '../../facts';
import type { Notification } from '../../notification';

/** https://docs.slack.dev/reference/block-kit/blocks/section-block and .../chat.postMessage */
export const SLACK_LIMITS = { text: 3_000, field: 2_000, fields: 10, blocks: 50, fallback: 4_000 } as const;

const signs: Readonly<Record<NotificationType, string>> = {
  started: ':rocket:', stagePassed: ':heavy_check_mark:', waiting: ':raised_hand:', promoted: ':white_check_mark:',
  rollingBack: ':rewind:', rolledBack: ':warning:', failed: ':x:', stuck: ':rotating_light:',
  superseded: ':fast_forward:', handedBack: ':wave:', rejected: ':no_entry:', aborted: ':octagonal_sign:', drifted: ':eyes:',
  restored: ':white_check_mark:',
  absent: ':hourglass:', blocked: ':hourglass:', emergency: ':fire_engine:',
};

/** Escapes Slack's three control characters, so that a text cannot contain links or channel mentions. */
export const escapeSlack = (text: string): string =>
  text.replace(/[&<>]/g, (character) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[character]!);

export interface SlackMessage {
  /** For push notifications and clients without blocks. */
  readonly text: string;
  readonly blocks: ReadonlyArray<Readonly<Record<string, unknown>>>;
}

/** A notification as Block Kit. */
export function slackMessage(notification: Notification, headline: string): SlackMessage {
  const [facts, evidence] = [factsOf(notification), evidenceOf(notification)];
  return {
    text: cut(headline, SLACK_LIMITS.fallback, escapeSlack),
    blocks: [
      section(`${signs[notification.what]} ${cut(headline, SLACK_LIMITS.text - 40, escapeSlack)}`),
      { type: 'section', fields: facts.slice(0, SLACK_LIMITS.fields).map(field) },
      section(`*Reason*: ${cut(notification.reason.text, SLACK_LIMITS.text - 40, escapeSlack)}`),
      ...(evidence.length > 0 ? [{ type: 'section', fields: evidence.slice(0, SLACK_LIMITS.fields).map(field) }] : []),
      ...(notification.link === null ? [] : [section(cut(notification.link, SLACK_LIMITS.text, escapeSlack))]),
    ],
  };
}

const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text } });
const field = ([name, value]: readonly [string, string]) => ({
  type: 'mrkdwn',
  text: `*${cut(name, 200, escapeSlack)}*\n${cut(value === '' ? '–' : value, SLACK_LIMITS.field - 300, escapeSlack)}`,
});
