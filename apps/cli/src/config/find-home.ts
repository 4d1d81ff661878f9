import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fixedToken } from '../api/credential';
import type { Io } from '../io';
import type { Context } from './context';
import { isLoopback } from './loopback';

/** Connection data that `npm start` writes into its home. */
interface Card {
  readonly url: string;
  readonly project: string;
  /** Path. */
  readonly token: string;
  readonly pid: number;
}

/**
 * A running `npm start` whose home is ALLOY_HOME, or `.alloy` in or above the working folder; undefined: none. Homes of
 * other users are ignored.
 */
export function findHome({ env, cwd }: Pick<Io, 'env' | 'cwd'>): Context | undefined {
  const homes = env['ALLOY_HOME'] ? [resolve(cwd, env['ALLOY_HOME'])] : [...upwards(cwd)].map((folder) => join(folder, '.alloy'));
  for (const home of homes) {
    const found = readHome(home);
    if (found) return found;
  }
  return undefined;
}

function* upwards(folder: string): Iterable<string> {
  yield folder;
  if (dirname(folder) !== folder) yield* upwards(dirname(folder));
}

function readHome(home: string): Context | undefined {
  const card = cardOf(join(home, 'alloy.json'));
  if (!card || !isAlive(card.pid)) return undefined;
  // A forged card must not redirect a token or another file.
  const token = resolve(home, card.token);
  if (!isLoopback(card.url) || relative(home, token).startsWith('..') || !isOwn(token)) return undefined;
  return {
    url: card.url.replace(/\/+$/, ''),
    credential: fixedToken(readFileSync(token, 'utf8').trim()),
    project: card.project,
    from: home,
  };
}

function cardOf(path: string): Card | undefined {
  if (!existsSync(path) || !isOwn(path)) return undefined;
  try {
    const card = JSON.parse(readFileSync(path, 'utf8')) as Partial<Card> | null;
    return card && URL.canParse(card.url ?? '') && typeof card.token === 'string' && typeof card.pid === 'number'
      ? (card as Card)
      : undefined;
  } catch {
    return undefined;
  }
}

const isOwn = (path: string): boolean => existsSync(path) && (process.getuid === undefined || statSync(path).uid === process.getuid());

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
