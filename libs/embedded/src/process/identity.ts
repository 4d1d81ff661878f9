import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A process, distinguishable from a later one with the same pid. */
export interface Identity {
  readonly pid: number;
  /** Clock ticks since boot on Linux, `ps` start time elsewhere; only for comparison. */
  readonly startTime: string;
}

/** Undefined if there is no such process, or only a zombie. */
export function identityOf(pid: number): Identity | undefined {
  const startTime = process.platform === 'linux' ? linuxStartTime(pid) : psField(pid, 'lstart');
  return startTime === undefined ? undefined : { pid, startTime };
}

export function isAlive(identity: Identity): boolean {
  return identityOf(identity.pid)?.startTime === identity.startTime;
}

/** Command line of a process, empty if there is none: shows which program a pid from an old file is now. */
export function commandOf(pid: number): string {
  if (process.platform !== 'linux') return psField(pid, 'args') ?? '';
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return '';
  }
}

function linuxStartTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the name in brackets, which may contain blanks and brackets.
    const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' || state === 'X' ? undefined : rest[18];
  } catch {
    return undefined;
  }
}

function psField(pid: number, field: 'lstart' | 'args'): string | undefined {
  try {
    return (
      execFileSync('ps', ['-o', `${field}=`, '-p', String(pid)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim() ||
      undefined
    );
  } catch {
    return undefined;
  }
}
