import type { Received } from '../../../apps/notifier/src/testing/receiver';
import type { Outage } from '../outages';
import type { PlayedRelease } from '../seed-run';
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

const outcomesOf = ({ events }: PlayedRelease): readonly string[] => events.flatMap(({ type }) => words[type] ?? []);

/** Outcomes of which nobody was notified yet. */
export const notYetNotified = (releases: readonly PlayedRelease[], messages: readonly Message[]): readonly string[] =>
  releases.flatMap((release) =>
    outcomesOf(release)
      .filter((what) => messagesOf(messages, release.id, what).length === 0)
      .map((what) => `${release.tag} of ${release.project}: ${what}`),
  );

/** P22: of each outcome people are notified under one key, and once more at most for each time that the notifier, or Postgres, was away between sending and recording. */
export function checkNotifications(release: PlayedRelease, messages: readonly Message[], outages: readonly Outage[]): readonly Broken[] {
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
      ...(got.length === 0 ? [broken(`nobody was notified that it is ${what}`)] : []),
      ...(keys.size > 1 ? [broken(`people were notified under ${keys.size} keys that it is ${what}`)] : []),
      ...(got.length > 1 + excuses ? [broken(`people were notified ${got.length} times that it is ${what}`)] : []),
    ];
  });
}
