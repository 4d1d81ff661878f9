import type { Received } from '../../../apps/notifier/src/testing/receiver';
import type { Outage } from '../outages';
import type { FinishedRelease } from '../seed-run';
import type { Broken } from './broken';

const words: Readonly<Record<string, string>> = {
  ReleasePromoted: 'promoted',
  ReleaseRolledBack: 'rolledBack',
  ReleaseFailed: 'failed',
  ReleaseStuck: 'stuck',
};

export type Message = Pick<Received, 'headers' | 'json'>;

const messagesOf = (messages: readonly Message[], id: string, what: string): readonly Message[] =>
  messages.filter(({ json }) => json.data.releaseId === id && json.type === `release.${what}`);

const outcomesOf = ({ events }: FinishedRelease): readonly string[] => events.flatMap(({ type }) => words[type] ?? []);

/** Outcomes without a notification so far. */
export const notYetNotified = (releases: readonly FinishedRelease[], messages: readonly Message[]): readonly string[] =>
  releases.flatMap((release) =>
    outcomesOf(release)
      .filter((what) => messagesOf(messages, release.id, what).length === 0)
      .map((what) => `${release.tag} of ${release.project}: ${what}`),
  );

/**
 * P22: people are notified of each outcome with one key, once, and at most once more for each outage of the notifier or
 * of Postgres, which may fall between sending and recording.
 */
export function checkNotifications(release: FinishedRelease, messages: readonly Message[], outages: readonly Outage[]): readonly Broken[] {
  const excuses = outages.filter(({ fault }) => fault.victim === 'notifier' || fault.victim === 'postgres').length;
  return outcomesOf(release).flatMap((what) => {
    const got = messagesOf(messages, release.id, what);
    const keys = new Set(got.map(({ headers }) => headers['webhook-id']));
    const broken = (text: string): Broken => ({
      promise: 'P22',
      project: release.project,
      release: release.id,
      text: `${release.tag}: ${text}`,
    });
    return [
      ...(got.length === 0 ? [broken(`no one was notified that it is ${what}`)] : []),
      ...(keys.size > 1 ? [broken(`people were notified with ${keys.size} keys that it is ${what}`)] : []),
      ...(got.length > 1 + excuses ? [broken(`people were notified ${got.length} times that it is ${what}`)] : []),
    ];
  });
}
