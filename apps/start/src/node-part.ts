import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EmbeddedError, spawnDetached, until, type Running } from '@alloy/embedded';
import type { Part } from './supervisor';

export interface NodePartOptions {
  readonly name: string;
  /** Folder of the bundles. */
  readonly apps: string;
  readonly logs: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Answers 200 when the part can be used. */
  readonly isReady: () => Promise<boolean>;
}

const READY_WITHIN_MS = 60_000;

/** One of Alloy's own processes. */
export function nodePart(options: NodePartOptions): Part {
  const { name } = options;
  const log = join(options.logs, `${name}.log`);
  const lastWords = (): string => lastLine(log);
  const start = async (onSpawn: (running: Running) => void): Promise<Running> => {
    const running = await spawnNode({ ...options, log });
    onSpawn(running);
    const answer = await until(async () => (running.isAlive() ? (await options.isReady()) && 'ready' : 'gone'), { timeoutMs: READY_WITHIN_MS, everyMs: 50 });
    if (answer === 'ready') return running;
    if (answer === 'gone') throw new EmbeddedError('did_not_start', (await running.exited) === null ? 'it was killed' : lastWords());
    await running.stop();
    throw new EmbeddedError('did_not_start', `not ready within ${READY_WITHIN_MS / 1000} s, see ${log}`);
  };
  return { name, start, lastWords };
}

/** Runs a bundle by this very Node, with nothing of Alloy's in its environment but what it is given. */
export function spawnNode({ name, apps, env, log }: Pick<NodePartOptions, 'name' | 'apps' | 'env'> & { readonly log: string }): Promise<Running> {
  return spawnDetached({ command: process.execPath, args: [join(apps, name, 'main.js')], log, env, graceMs: 16_000 });
}

export async function answersOk(url: string, headers: Readonly<Record<string, string>> = {}): Promise<boolean> {
  try {
    return (await fetch(url, { headers, signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    return false;
  }
}

/** Why a process died, by its log: its last line of JSON or its last error, else its last line; empty if it wrote nothing. */
export function lastLine(log: string): string {
  const lines = existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n').slice(-40).reverse() : [];
  const telling = lines.find((line) => line.startsWith('{') || /\b(\w*Error|FATAL|fatal)\b/.test(line));
  return messageOf(telling ?? lines[0] ?? '').trim();
}

function messageOf(line: string): string {
  try {
    return String((JSON.parse(line) as { msg?: unknown }).msg ?? line);
  } catch {
    return line;
  }
}
