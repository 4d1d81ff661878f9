import { renderTemplate } from '@alloy/policy';
import type { Notification } from './notification';
import { seconds } from './seconds';

/** What every message says, as pairs of a name and a value. */
export const factsOf = (told: Notification): ReadonlyArray<readonly [name: string, value: string]> => [
  ['Service', told.service], ['Version', told.version], ['Environment', told.environment], ['Status', told.status],
  ['Duration', seconds(told.durationSeconds)], ['Author', told.author], ['Commit', told.commit], ['Strategy', told.strategy],
];

/** The numbers that the reason rests on, as pairs of a name and a value. */
export const evidenceOf = ({ reason }: Notification): ReadonlyArray<readonly [name: string, value: string]> =>
  Object.entries(reason.evidence).filter(([, value]) => value !== null).map(([name, value]) => [name, typeof value === 'number' ? String(Number(value.toPrecision(6))) : String(value)]);

/** The first line: by the route's template, else the whole in one sentence. */
export const headlineOf = (told: Notification, template: string | undefined): string =>
  template === undefined ? told.text : renderTemplate(template, {
    service: told.service, version: told.version, environment: told.environment, status: told.status, duration: seconds(told.durationSeconds), author: told.author,
    commit: told.commit, strategy: told.strategy, reason: told.reason.text, release: told.releaseId, link: told.link ?? '',
  });
