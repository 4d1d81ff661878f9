import { appendFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import type { Release } from '../api/shapes';
import { CliError } from '../cli-error';
import { exitCodes, type ExitCode } from '../exit-codes';
import { outcomeOf } from '../follow/outcome';
import { pathOf } from '../follow/follow-release';
import { showRelease } from '../follow/show-release';
import { printable } from '../output/printable';
import { releaseView } from '../output/release-view';
import { summary } from '../output/summary';
import type { Session } from '../session';
import type { Route } from '../verb';
import { duration } from './duration';

export interface WaitOptions {
  readonly wait?: boolean;
  readonly timeout?: number;
  readonly summary?: string;
  readonly verbose?: boolean;
}

/** Exit codes of a wait. */
export const waitExits: readonly ExitCode[] = [exitCodes.rolledBack, exitCodes.timeout, exitCodes.waits, exitCodes.refused];
/** Routes that a wait uses. */
export const waitRoutes: readonly Route[] = [
  'GET /api/v1/releases/{id}', 'GET /api/v1/releases/{id}/events', 'GET /api/v1/releases/{id}/pods',
  'GET /api/v1/events',
];

export const withWait = (command: Command): Command =>
  command
    .option('--wait', 'show its progress until it ends or is paused; the exit code is its result')
    .addOption(
      new Option('--timeout <time>', 'wait for at most this time, such as 90s, 10m or 2h (default: until it ends)')
        .argParser(duration)
        .implies({ wait: true }),
    )
    .option('--verbose', 'while waiting, print each event')
    .option('--summary <file>', 'append its result to this file as Markdown, for the summary of a CI job');

/**
 * Waits until the release has ended or is paused; prints the result and returns its exit code. `isKnown`: Alloy has
 * just answered.
 */
export async function waitFor(session: Session, id: string, options: WaitOptions, isKnown = false): Promise<ExitCode> {
  const { io, out } = session;
  let last: Release | undefined;
  try {
    const release = await showRelease(session, id, {
      timeout: options.timeout, isKnown, verbose: options.verbose,
      until: (seen) => outcomeOf((last = seen)) !== undefined,
    });
    return await conclude(session, release, options);
  } catch (error) {
    // The summary after a timeout shows the progress so far.
    if (last && error instanceof CliError && error.code === 'timeout') writeSummary(session, last, options);
    if (io.signal.aborted) out.note(`release ${id} continues without this command; alloy abort ${id} ends it`);
    throw error;
  }
}

/** Prints a release, writes its summary, and returns the exit code of its status. */
export async function conclude(session: Session, release: Release, options: WaitOptions): Promise<ExitCode> {
  writeSummary(session, release, options);
  await session.out.one(release, releaseView(session.io.now()), () => [printable(statusLine(release))]);
  return outcomeOf(release) ?? exitCodes.done;
}

/** For example `release 01K… of shop v2 (production) is rolledBack: … [error_rate]`. */
const statusLine = ({ id, project, environment, imageTag, status, reason, absent, blocked, waiting }: Release): string =>
  `release ${id} of ${project} ${imageTag} (${environment}) is ${status}${reason ? `: ${reason.text} [${reason.code}]` : ''}${absent ? `; no progress: ${absent.text}` : ''}${blocked ? `; ${blocked.text}` : ''}${waiting ? `; ${waiting.code === 'pause' || waiting.code === 'onHold' ? waiting.text : `it waits for ${waiting.waitsFor} since ${waiting.since}`}` : ''}`;

function writeSummary({ api, io }: Session, release: Release, { summary: file }: WaitOptions): void {
  if (file === undefined) return;
  const path = resolve(io.cwd, file);
  try {
    appendFileSync(path, summary(release, new URL(pathOf(release.id), `${api.url}/`).href));
  } catch (error) {
    throw new CliError('not_written', exitCodes.usage, `${path} can't be written: ${(error as Error).message}`);
  }
}
