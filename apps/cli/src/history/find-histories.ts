import { releaseIdOf, type StoredEvent } from '@alloy/contracts';
import { releaseHistoryOf, type ReleaseHistory } from '@alloy/release';
import { CliError } from '../cli-error';
import { exitCodes } from '../exit-codes';
import type { Session } from '../session';
import { readExport } from './read-export';
import { readRelease } from './read-log';

/** A release's events as stored, and in their current schemas. */
export interface FoundHistory {
  readonly release: string;
  readonly events: readonly StoredEvent[];
  readonly history: ReleaseHistory;
}

/**
 * The release from a file or the server; without `release`, all releases of the file in order of their first events.
 * Throws `CliError`.
 */
export async function findHistories(
  session: Session,
  release: string | undefined,
  file: string | undefined,
): Promise<readonly FoundHistory[]> {
  if (file !== undefined) return fromFile(session, release, file);
  if (release === undefined) throw new CliError('no_release', exitCodes.usage, 'no release given: pass its id, or --file with an export');
  const events = await readRelease(session.api, release);
  if (events.length === 0)
    throw new CliError('unknown_release', exitCodes.error, `there is no release ${release} that this token may read`);
  return [foundHistory(release, events)];
}

async function fromFile({ io }: Session, release: string | undefined, file: string): Promise<readonly FoundHistory[]> {
  const streams = new Map<string, StoredEvent[]>();
  for await (const event of readExport(file, io)) {
    const id = releaseIdOf(event.stream);
    if (id === undefined || (release !== undefined && id !== release)) continue;
    const events = streams.get(id);
    if (events) events.push(event);
    else streams.set(id, [event]);
  }
  if (streams.size === 0)
    throw new CliError(
      'unknown_release',
      exitCodes.usage,
      `there is no ${release === undefined ? 'release' : `release ${release}`} in ${file}`,
    );
  return [...streams].map(([id, events]) => foundHistory(id, events));
}

function foundHistory(release: string, events: readonly StoredEvent[]): FoundHistory {
  try {
    return { release, events, history: releaseHistoryOf(events) };
  } catch (error) {
    const { code } = error as { readonly code?: string };
    if (error instanceof RangeError)
      throw new CliError(
        'not_whole',
        exitCodes.usage,
        `release ${release} is incomplete: ${error.message}`,
        'Export it with `alloy events export --release`, without further filters.',
      );
    if (code === 'unknown_event_type' || code === 'unknown_event_schema')
      throw new CliError(
        code,
        exitCodes.error,
        `release ${release}: ${(error as Error).message}`,
        'A newer version of Alloy wrote this log; update this command line.',
      );
    throw error;
  }
}
