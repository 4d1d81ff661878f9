import { renderTemplate } from '@alloy/policy';
import type { Notification } from './notification';
import { seconds } from './seconds';

/** Facts that every message contains, as name-value pairs. */
export const factsOf = (notification: Notification): ReadonlyArray<readonly [name: string, value: string]> => [
  ['Service', notification.service],
  ['Version', notification.version],
  ['Environment', notification.environment],
  ['Status', notification.status],
  ['Duration', seconds(notification.durationSeconds)],
  ['Author', notification.author],
  ['Commit', notification.commit],
  ['Strategy', notification.strategy],
];

/** The evidence of the reason, as name-value pairs. */
export const evidenceOf = ({ reason }: Notification): ReadonlyArray<readonly [name: string, value: string]> =>
  Object.entries(reason.evidence)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => [name, typeof value === 'number' ? String(Number(value.toPrecision(6))) : String(value)]);

/** The first line: by the route's template, else the summary sentence. */
export const headlineOf = (notification: Notification, template: string | undefined): string =>
  template === undefined
    ? notification.text
    : renderTemplate(template, {
        service: notification.service, version: notification.version, environment: notification.environment,
        status: notification.status,
        duration: seconds(notification.durationSeconds),
        author: notification.author,
        commit: notification.commit,
        strategy: notification.strategy,
        reason: notification.reason.text,
        release: notification.releaseId,
        link: notification.link ?? '',
      });
