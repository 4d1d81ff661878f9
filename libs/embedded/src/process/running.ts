import type { ChildProcess } from 'node:child_process';
import { identityOf, isAlive, type Identity } from './identity';
import { until } from './until';

/** A detached process: it survives its parent and can be adopted by its identity. */
export interface Running {
  readonly pid: number;
  readonly identity: Identity;
  /** Resolves when the process has ended: its exit code; null if a signal ended it or the code is unknown. */
  readonly exited: Promise<number | null>;
  readonly isAlive: () => boolean;
  /** Sends the signal and waits; sends SIGKILL after `graceMs` (default 10 s). Idempotent. */
  stop(): Promise<void>;
}

export interface StopOptions {
  readonly signal?: NodeJS.Signals;
  readonly graceMs?: number;
}

/** Tracks a process that this process did not spawn. */
export function adopt(identity: Identity, options: StopOptions = {}): Running {
  let gone = false;
  const exited = new Promise<null>((resolve) => {
    const timer = setInterval(() => {
      if (isAlive(identity)) return;
      gone = true;
      clearInterval(timer);
      resolve(null);
    }, 200);
    timer.unref();
  });
  return { pid: identity.pid, identity, exited, isAlive: () => !gone && isAlive(identity), stop: () => stopProcess(identity, options) };
}

/** Tracks a child of this process. */
export function follow(child: ChildProcess, options: StopOptions = {}): Running {
  const pid = child.pid!;
  let gone = false;
  const exited = new Promise<number | null>((resolve) => {
    child.once('exit', (code) => {
      gone = true;
      resolve(code);
    });
  });
  const identity = identityOf(pid) ?? { pid, startTime: 'gone' };
  const stop = async (): Promise<void> => {
    if (gone) return;
    // Keeps the event loop alive until the child has ended.
    child.ref();
    await stopProcess(identity, options);
    await exited;
  };
  return { pid, identity, exited, isAlive: () => !gone, stop };
}

/**
 * Ends a process if it still has this identity: the signal (default SIGTERM), then SIGKILL after `graceMs` (default 10
 * 000).
 */
export async function stopProcess(identity: Identity, { signal = 'SIGTERM', graceMs = 10_000 }: StopOptions = {}): Promise<void> {
  if (!send(identity, signal)) return;
  // A stopped process handles no signal except SIGKILL.
  send(identity, 'SIGCONT');
  if (await until(() => !isAlive(identity), { timeoutMs: graceMs })) return;
  send(identity, 'SIGKILL');
  await until(() => !isAlive(identity), { timeoutMs: 5_000 });
}

function send(identity: Identity, signal: NodeJS.Signals): boolean {
  if (!isAlive(identity)) return false;
  try {
    process.kill(identity.pid, signal);
    return true;
  } catch {
    return false;
  }
}
