import type { NotificationType } from '@alloy/policy';
import { cut } from '../../cut';
import { evidenceOf, factsOf } from '../../facts';
import type { Notification } from '../../notification';

/** https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using: 28 KB for a whole message. */
export const TEAMS_LIMIT_BYTES = 28 * 1_024;

const TEXT_BYTES = 4_096;
const VALUE_BYTES = 600;
const MAX_NUMBERS = 12;

const colours: Readonly<Record<NotificationType, 'Default' | 'Accent' | 'Good' | 'Warning' | 'Attention'>> = {
  started: 'Accent', stagePassed: 'Good', waiting: 'Warning', promoted: 'Good', rollingBack: 'Warning', rolledBack: 'Attention',
  failed: 'Attention', stuck: 'Attention', superseded: 'Default', rejected: 'Warning', aborted: 'Warning', drifted: 'Warning', absent: 'Warning', blocked: 'Warning',
};

/** What Markdown would take for its own, so that a name with an underscore stays one and nobody can forge a link. */
export const escapeTeams = (text: string): string => text.replace(/[\\`*_[\]()~<>#|]/g, '\\$&').replace(/[\r\n]+/g, ' ');

/** Bytes of a text inside of JSON. */
const jsonBytes = (text: string): number => Buffer.byteLength(JSON.stringify(text)) - 2;
const fit = (text: string, max: number): string => cut(text, max, escapeTeams, jsonBytes);

/** A notification as an Adaptive Card, in the envelope that a Workflows URL takes. */
export function teamsMessage(told: Notification, headline: string): object {
  const facts = [...factsOf(told), ...evidenceOf(told).slice(0, MAX_NUMBERS)].map(([name, value]) => ({ title: fit(name, 100), value: fit(value, VALUE_BYTES) }));
  const card = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json', type: 'AdaptiveCard', version: '1.4',
    body: [
      { type: 'TextBlock', text: fit(headline, TEXT_BYTES), weight: 'Bolder', wrap: true, color: colours[told.what] },
      { type: 'FactSet', facts },
      { type: 'TextBlock', text: fit(told.reason.text, TEXT_BYTES), wrap: true },
    ],
    actions: told.link === null || told.link.length > 2_000 ? [] : [{ type: 'Action.OpenUrl', title: 'Release', url: told.link }],
  };
  return { type: 'message', attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content: card }] };
}
