import type { ChildProcess } from 'node:child_process';
import { identityOf, isAlive, type Identity } from './identity';
import { until } from './until';

/** A process that runs by itself: it outlives a killed parent and can be taken up again by its identity. */
export interface Running {
  readonly pid: number;
  readonly identity: Identity;
  /** Resolves once the process is gone, whoever ended it: its exit code, null if a signal ended it or nobody knows. */
  readonly exited: Promise<number | null>;
  readonly isAlive: () => boolean;
  /** Sends the signal and waits; kills with -9 after `graceMs` (default 10 s). Idempotent. */
  stop(): Promise<void>;
}

export interface StopOptions {
  readonly signal?: NodeJS.Signals;
  readonly graceMs?: number;
}

/** Follows a process that this one did not spawn. */
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

/** Follows a child of this process. */
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
    // An event loop that holds nothing else must not run empty before the child's end is seen.
    child.ref();
    await stopProcess(identity, options);
    await exited;
  };
  return { pid, identity, exited, isAlive: () => !gone, stop };
}

/** Ends a process if it is still the one meant: the signal (default SIGTERM), then -9 after `graceMs` (default 10 000). */
export async function stopProcess(identity: Identity, { signal = 'SIGTERM', graceMs = 10_000 }: StopOptions = {}): Promise<void> {
  if (!send(identity, signal)) return;
  // A stopped process would take no signal but -9.
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
