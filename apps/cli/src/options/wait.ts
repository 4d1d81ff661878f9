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

/** With these a wait may end. */
export const waitExits: readonly ExitCode[] = [exitCodes.rolledBack, exitCodes.timeout, exitCodes.waits, exitCodes.refused];
/** What a wait asks. */
export const waitRoutes: readonly Route[] = ['GET /api/v1/releases/{id}', 'GET /api/v1/releases/{id}/events', 'GET /api/v1/releases/{id}/pods', 'GET /api/v1/events'];

export const withWait = (command: Command): Command =>
  command
    .option('--wait', 'show how it goes on until it ends, or stands still until a person lets it go on; the exit code says how')
    .addOption(new Option('--timeout <time>', 'wait, for so long at most, such as 90s, 10m or 2h (default: until it ends)').argParser(duration).implies({ wait: true }))
    .option('--verbose', 'while waiting, print each event')
    .option('--summary <file>', 'append how it ended to this file, as Markdown, as a CI job shows it');

/** Waits until the release has ended, or stands still for a person; says how, and gives the exit code that says the same. `isKnown`: Alloy has just spoken of it. */
export async function waitFor(session: Session, id: string, options: WaitOptions, isKnown = false): Promise<ExitCode> {
  const { io, out } = session;
  let last: Release | undefined;
  try {
    const release = await showRelease(session, id, { timeout: options.timeout, isKnown, verbose: options.verbose, until: (seen) => outcomeOf((last = seen)) !== undefined });
    return await conclude(session, release, options);
  } catch (error) {
    // The summary of a job that gave up says how far it came.
    if (last && error instanceof CliError && error.code === 'timeout') writeSummary(session, last, options);
    if (io.signal.aborted) out.note(`release ${id} goes on without this command; alloy abort ${id} takes it back`);
    throw error;
  }
}

/** Prints a release as it is, writes its summary, and gives the exit code that its status stands for. */
export async function conclude(session: Session, release: Release, options: WaitOptions): Promise<ExitCode> {
  writeSummary(session, release, options);
  await session.out.one(release, releaseView(session.io.now()), () => [printable(statusLine(release))]);
  return outcomeOf(release) ?? exitCodes.done;
}

/** `release 01K… of shop v2 (production) is rolledBack: … [error_rate]`. */
const statusLine = ({ id, project, environment, imageTag, status, reason, absent, blocked }: Release): string =>
  `release ${id} of ${project} ${imageTag} (${environment}) is ${status}${reason ? `: ${reason.text} [${reason.code}]` : ''}${absent ? `; does not move: ${absent.text}` : ''}${blocked ? `; ${blocked.text}` : ''}`;

function writeSummary({ api, io }: Session, release: Release, { summary: file }: WaitOptions): void {
  if (file === undefined) return;
  const path = resolve(io.cwd, file);
  try {
    appendFileSync(path, summary(release, new URL(pathOf(release.id), `${api.url}/`).href));
  } catch (error) {
    throw new CliError('not_written', exitCodes.usage, `${path} can't be written: ${(error as Error).message}`);
  }
}
