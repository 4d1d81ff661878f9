import type { NotificationType } from '@alloy/policy';
import { cut } from '../../cut';
import { evidenceOf, factsOf } from '../../facts';
import type { Notification } from '../../notification';

/**
 * https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using: 28 KB for a
 * whole message.
 */
export const TEAMS_LIMIT_BYTES = 28 * 1_024;

const TEXT_BYTES = 4_096;
const VALUE_BYTES = 600;
const MAX_NUMBERS = 12;

const colours: Readonly<Record<NotificationType, 'Default' | 'Accent' | 'Good' | 'Warning' | 'Attention'>> = {
  started: 'Accent', stagePassed: 'Good', waiting: 'Warning', promoted: 'Good', rollingBack: 'Warning',
  rolledBack: 'Attention', failed: 'Attention', stuck: 'Attention', superseded: 'Default', rejected: 'Warning',
  aborted: 'Warning', handedBack: 'Default', drifted: 'Warning', restored: 'Good', absent: 'Warning', blocked: 'Warning',
  emergency: 'Attention',
};

/** Escapes Markdown, so that names with underscores stay intact and texts cannot contain links. */
export const escapeTeams = (text: string): string => text.replace(/[\\`*_[\]()~<>#|]/g, '\\$&').replace(/[\r\n]+/g, ' ');

/** Size of a text in JSON, in bytes. */
const jsonBytes = (text: string): number => Buffer.byteLength(JSON.stringify(text)) - 2;
const fit = (text: string, max: number): string => cut(text, max, escapeTeams, jsonBytes);

/** A notification as an Adaptive Card, in the envelope that a Workflows URL expects. */
export function teamsMessage(notification: Notification, headline: string): object {
  const facts = [...factsOf(notification), ...evidenceOf(notification).slice(0, MAX_NUMBERS)].map(([name, value]) => ({
    title: fit(name, 100),
    value: fit(value, VALUE_BYTES),
  }));
  const card = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    body: [
      { type: 'TextBlock', text: fit(headline, TEXT_BYTES), weight: 'Bolder', wrap: true, color: colours[notification.what] },
      { type: 'FactSet', facts },
      { type: 'TextBlock', text: fit(notification.reason.text, TEXT_BYTES), wrap: true },
    ],
    actions:
      notification.link === null || notification.link.length > 2_000
        ? []
        : [{ type: 'Action.OpenUrl', title: 'Release', url: notification.link }],
  };
  return { type: 'message', attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content: card }] };
}
