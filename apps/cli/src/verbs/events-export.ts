import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { finished } from 'node:stream/promises';
import { CliError } from '../cli-error';
import { exitCodes } from '../exit-codes';
import { queryOf, withFilter, type FilterOptions } from '../history/event-filter';
import { readLog, type LogQuery } from '../history/read-log';
import { count } from '../output/count';
import type { Session } from '../session';
import type { Verb } from '../verb';

interface Options extends FilterOptions {
  readonly to?: string;
}

export const verb: Verb = {
  name: 'export',
  summary: 'Export the log as NDJSON, for replay and verification without a server',
  example: 'alloy events export --to log.ndjson\nalloy events export --release 01K9ZJ5QX8N4V7R2T6WDYB3CHM > release.ndjson',
  routes: ['GET /api/v1/events'],
  mutating: false,
  formats: [],
  register(command, run) {
    withFilter(command).option('--to <file>', 'the file to write (default: stdout); it appears once it is complete');
    run<Options>(async (session, _args, { to, ...filter }) => {
      const query = queryOf(filter, session.io.now());
      const { events, next } =
        to === undefined ? await toStdout(session, query) : await toFile(session, query, resolve(session.io.cwd, to));
      session.out.note(`${count(events, 'event')}${to === undefined ? '' : ` in ${to}`}; later events: --from ${next}`);
    });
  },
};

interface Written {
  readonly events: number;
  readonly next: string;
}

const toStdout = (session: Session, query: LogQuery): Promise<Written> =>
  write(session, query, async (text) => session.io.stdout.write(text));

/** Writes atomically, so that readers never see a partial file. */
async function toFile(session: Session, query: LogQuery, path: string): Promise<Written> {
  const fresh = `${path}.part`;
  const file = createWriteStream(fresh, { mode: 0o600 });
  const broken = new Promise<never>((_, reject) => file.once('error', reject));
  broken.catch(() => undefined);
  try {
    const written = await write(session, query, (text) =>
      Promise.race([broken, new Promise<void>((done) => file.write(text, () => done()))]),
    );
    await finished(file.end());
    await rename(fresh, path);
    return written;
  } catch (error) {
    file.destroy();
    await rm(fresh, { force: true });
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    throw new CliError('not_written', exitCodes.usage, `${path} can't be written: ${(error as Error).message}`);
  }
}

async function write({ api, io }: Session, query: LogQuery, put: (text: string) => Promise<void>): Promise<Written> {
  const shows = io.stderr.isTTY;
  let written: Written = { events: 0, next: query.after ?? '' };
  for await (const { lines, next } of readLog(api, query, { raw: true })) {
    if (lines.length > 0) await put(`${lines.join('\n')}\n`);
    written = { events: written.events + lines.length, next };
    if (shows) io.stderr.write(`\r${count(written.events, 'event')}`);
  }
  if (shows) io.stderr.write('\r\u001b[K');
  return written;
}
