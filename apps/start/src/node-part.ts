import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { EmbeddedError, serviceMemoryEnv, serviceNodeFlags, spawnDetached, type Running } from '@alloy/embedded';
import type { Part } from './supervisor';

/** Result of a readiness check; `waiting`: alive, and waiting for these servers. */
export type Readiness = 'ready' | 'not_ready' | { readonly waiting: readonly string[] };

export interface NodePartOptions {
  readonly name: string;
  /** Folder of the bundles. */
  readonly apps: string;
  readonly logs: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly readiness: () => Promise<Readiness>;
  /** Called once per start that has to wait for servers. */
  readonly onWaiting?: (servers: readonly string[]) => void;
  /** Time limit in ms without the time in which the process waits for servers; default 60 000. */
  readonly readyWithinMs?: number;
}

const READY_WITHIN_MS = 60_000;
const ASK_EVERY_MS = 50;

/** A Node process of Alloy. */
export function nodePart(options: NodePartOptions): Part {
  const { name } = options;
  const log = join(options.logs, `${name}.log`);
  const lastOutput = (): string => lastLine(log);
  const { readyWithinMs = READY_WITHIN_MS } = options;
  const start = async (onSpawn: (running: Running) => void): Promise<Running> => {
    const running = await spawnNode({ ...options, log });
    onSpawn(running);
    const answer = await untilReady(running, options, readyWithinMs);
    if (answer === 'ready') return running;
    if (answer === 'gone') throw new EmbeddedError('did_not_start', (await running.exited) === null ? 'it was killed' : lastOutput());
    await running.stop();
    throw new EmbeddedError('did_not_start', `not ready within ${readyWithinMs / 1000} s, see ${log}`);
  };
  return { name, start, lastOutput };
}

async function untilReady(
  running: Running,
  { readiness, onWaiting }: NodePartOptions,
  readyWithinMs: number,
): Promise<'ready' | 'gone' | 'late'> {
  let spent = 0;
  let hasWaited = false;
  for (let last = performance.now(); spent < readyWithinMs;) {
    if (!running.isAlive()) return 'gone';
    const answer = await readiness();
    if (answer === 'ready') return 'ready';
    const now = performance.now();
    if (answer === 'not_ready') spent += now - last;
    else if (!hasWaited) onWaiting?.(answer.waiting);
    hasWaited ||= answer !== 'not_ready';
    last = now;
    await delay(ASK_EVERY_MS);
  }
  return 'late';
}

/** Runs a bundle with this Node and with the given environment only. */
export function spawnNode({
  name, apps, env, log,
}: Pick<NodePartOptions, 'name' | 'apps' | 'env'> & { readonly log: string }): Promise<Running> {
  return spawnDetached({
    command: process.execPath,
    args: [...serviceNodeFlags, join(apps, name, 'main.js')],
    log,
    env: { ...serviceMemoryEnv, ...env },
    graceMs: 16_000,
  });
}

/** Reads a process' `/readyz`. */
export async function readinessAt(url: string): Promise<Readiness> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    if (answer.ok) return 'ready';
    const { waiting } = (await answer.json()) as { readonly waiting?: readonly string[] };
    return waiting ? { waiting } : 'not_ready';
  } catch {
    return 'not_ready';
  }
}

/**
 * Why a process died, from its log: its last JSON line or last error, else its last line; empty if it logged nothing.
 */
export function lastLine(log: string): string {
  const lines = existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n').slice(-40).reverse() : [];
  const errorLine = lines.find((line) => line.startsWith('{') || /\b(\w*Error|FATAL|fatal)\b/.test(line));
  return messageOf(errorLine ?? lines[0] ?? '').trim();
}

function messageOf(line: string): string {
  try {
    return String((JSON.parse(line) as { msg?: unknown }).msg ?? line);
  } catch {
    return line;
  }
}
